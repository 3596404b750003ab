-- Who did something that changes or shows more than numbers, or was refused. Rows come by the topic dorado.audit; the
-- api, which has no Kafka client, writes those of its own. row_version is the record's offset, or the count of the api's.
-- Setup sets the TTL.
CREATE TABLE IF NOT EXISTS ${database}.audit (
    id String,
    occurred_at DateTime64(3, 'UTC'),
    actor String,
    role LowCardinality(String),
    action LowCardinality(String),
    subject String,
    outcome LowCardinality(String),
    address String,
    reference Nullable(String),
    count Int64,
    detail String,
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (occurred_at, id);
