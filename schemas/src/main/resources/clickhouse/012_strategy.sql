-- How traffic was shifted to a deployment, where a sender states it (rule P2).
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS strategy Nullable(String);
