-- A snapshot of the newest rows of deliveries, and the rows written since, as those of the facts
-- (migrations 013 and 016): what /ingest counts is then read without FINAL.

CREATE TABLE IF NOT EXISTS ${database}.deliveries_recent (
    row_key UInt128,
    sender LowCardinality(String),
    repository LowCardinality(Nullable(String)),
    kind LowCardinality(Nullable(String)),
    outcome LowCardinality(String),
    reason Nullable(String),
    received_at DateTime64(3, 'UTC'),
    occurred_at Nullable(DateTime64(3, 'UTC')),
    written_at DateTime('UTC') DEFAULT now(),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted)
PARTITION BY toStartOfFifteenMinutes(written_at) ORDER BY row_key
TTL written_at + INTERVAL 8 HOUR SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.deliveries_recent_rows
TO ${database}.deliveries_recent AS
SELECT reinterpretAsUInt128(sipHash128(sender, id)) AS row_key,
    sender, repository, kind, outcome, reason, received_at, occurred_at, row_version, row_deleted
FROM ${database}.deliveries;

CREATE TABLE IF NOT EXISTS ${database}.deliveries_snapshot (
    row_key UInt128,
    sender LowCardinality(String),
    repository LowCardinality(Nullable(String)),
    kind LowCardinality(Nullable(String)),
    outcome LowCardinality(String),
    reason Nullable(String),
    received_at DateTime64(3, 'UTC'),
    occurred_at Nullable(DateTime64(3, 'UTC')),
    taken_at DateTime('UTC')
) ENGINE = MergeTree ORDER BY (toDate(received_at), sender)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.deliveries_snapshot_refresh
REFRESH EVERY 15 MINUTE RANDOMIZE FOR 5 MINUTE TO ${database}.deliveries_snapshot AS
SELECT reinterpretAsUInt128(sipHash128(sender, id)) AS row_key,
    sender, repository, kind, outcome, reason, received_at, occurred_at, now('UTC') AS taken_at
FROM ${database}.deliveries FINAL
SETTINGS max_threads = 1;
