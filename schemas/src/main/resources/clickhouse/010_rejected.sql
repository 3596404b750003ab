-- Records behind ingest that could not be processed, without their bytes: the topic keeps those.
CREATE TABLE IF NOT EXISTS ${database}.rejected (
    id String,
    place LowCardinality(String),
    name LowCardinality(String),
    topic Nullable(String),
    partition Int32,
    offset Int64,
    key String,
    generation Nullable(Int32),
    error LowCardinality(String),
    reason String,
    rejected_at DateTime64(3, 'UTC'),
    status LowCardinality(String),
    record_bytes Int64,
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY id;
