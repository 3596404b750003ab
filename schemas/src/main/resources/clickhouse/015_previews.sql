-- rules is the version of the rules that compute a generation, 0 if unknown: an older program leaves
-- facts of newer rules alone. A preview never answers queries; ready_at says when it had caught up.
ALTER TABLE ${database}.generations ADD COLUMN IF NOT EXISTS rules UInt32 DEFAULT 0;
ALTER TABLE ${database}.generations ADD COLUMN IF NOT EXISTS preview Bool DEFAULT false;
ALTER TABLE ${database}.generations ADD COLUMN IF NOT EXISTS ready_at Nullable(DateTime64(3, 'UTC'));
