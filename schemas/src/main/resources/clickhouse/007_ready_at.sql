-- When a draft became ready for review (L2).
ALTER TABLE ${database}.changes ADD COLUMN IF NOT EXISTS ready_at Nullable(DateTime64(3, 'UTC'));
