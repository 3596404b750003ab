-- What became of every delivery, without its body: the topic keeps that.
CREATE TABLE IF NOT EXISTS ${database}.deliveries (
    sender LowCardinality(String),
    id String,
    received_at DateTime64(3, 'UTC'),
    outcome LowCardinality(String),
    reason Nullable(String),
    kind Nullable(String),
    repository Nullable(String),
    events Int32,
    bytes Int64,
    occurred_at Nullable(DateTime64(3, 'UTC')),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (sender, id);

-- How many deliveries were refused before anything was kept of them, by minute.
CREATE TABLE IF NOT EXISTS ${database}.refusals (
    sender LowCardinality(String),
    minute DateTime64(3, 'UTC'),
    reason LowCardinality(String),
    instance String,
    count Int64,
    detail String,
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (sender, minute, reason, instance);
