-- Incidents whose start is unknown (E7), and until when F6 may still link an incident to a
-- deployment, by the window of its service (G2).

ALTER TABLE ${database}.incidents ADD COLUMN IF NOT EXISTS start_unknown Bool;

ALTER TABLE ${database}.deployments
    ADD COLUMN IF NOT EXISTS mature_at Nullable(DateTime64(3, 'UTC'));
