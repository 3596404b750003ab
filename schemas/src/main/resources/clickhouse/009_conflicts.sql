-- Ids that senders use for several things (E6).
CREATE TABLE IF NOT EXISTS ${database}.conflicts (
    kind LowCardinality(String),
    key String,
    id String,
    repository Nullable(String),
    service Nullable(String),
    aspects Array(String),
    standing Array(String),
    other Array(String),
    events Int32,
    sender LowCardinality(String),
    status LowCardinality(String),
    occurred_at Nullable(DateTime64(3, 'UTC')),
    other_sender LowCardinality(String),
    other_status LowCardinality(String),
    other_occurred_at Nullable(DateTime64(3, 'UTC')),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (kind, key);
