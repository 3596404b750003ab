-- What a fact says of why it is what it is; corrections by people (F2); and what would have been a
-- deployment by another source (E4).

ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS source LowCardinality(String);
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS shipping_rule Nullable(String);
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS kind_rule Nullable(String);
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS recovery_evidence Array(String);
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS rework_evidence Array(String);
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS rework_rejected Array(String);
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS excluded Bool;
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS excluded_reason Nullable(String);
ALTER TABLE ${database}.deployments ADD COLUMN IF NOT EXISTS corrections Array(String);

ALTER TABLE ${database}.changes ADD COLUMN IF NOT EXISTS contributor Nullable(String);
ALTER TABLE ${database}.changes ADD COLUMN IF NOT EXISTS shipping_method Nullable(String);
ALTER TABLE ${database}.changes ADD COLUMN IF NOT EXISTS shipping_confidence Nullable(String);
ALTER TABLE ${database}.changes ADD COLUMN IF NOT EXISTS evidence Array(String);
ALTER TABLE ${database}.changes ADD COLUMN IF NOT EXISTS rejected Array(String);

ALTER TABLE ${database}.incidents ADD COLUMN IF NOT EXISTS link_evidence Array(String);
ALTER TABLE ${database}.incidents ADD COLUMN IF NOT EXISTS corrections Array(String);

CREATE TABLE IF NOT EXISTS ${database}.corrections (
    service LowCardinality(String),
    id String,
    made_at Nullable(DateTime64(3, 'UTC')),
    action LowCardinality(String),
    deployment_id Nullable(String),
    incident_id Nullable(String),
    mark Nullable(String),
    revokes Nullable(String),
    reason String,
    author Nullable(String),
    effect LowCardinality(String),
    effect_reason Nullable(String),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (service, id);

CREATE TABLE IF NOT EXISTS ${database}.candidates (
    service LowCardinality(String),
    id String,
    source LowCardinality(String),
    chosen_source Nullable(String),
    name Nullable(String),
    environment LowCardinality(String),
    repository Nullable(String),
    sha Nullable(String),
    finished_at Nullable(DateTime64(3, 'UTC')),
    status LowCardinality(String),
    url Nullable(String),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (service, id);
