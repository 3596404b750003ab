-- Snapshots of the newest rows of changes and deployments, for everything that is counted. FINAL over
-- the tables themselves merges all rows for each query; a snapshot has each row once, by quarter, and
-- only the columns that are counted. The rows written since a snapshot was taken are in the table
-- *_recent, in partitions of fifteen minutes. A query reads the rows of the snapshot whose keys are not
-- in *_recent, and the newest rows of *_recent. Until there is a snapshot, or where none was taken for
-- hours, it reads the tables themselves (the api's FactTable, RATIONALE.md).
--
-- row_key stands for the key of the table: 128 bits, so that no two keys ever have the same.

CREATE TABLE IF NOT EXISTS ${database}.changes_recent (
    row_key UInt128,
    service LowCardinality(String),
    environment LowCardinality(String),
    repository LowCardinality(String),
    fact_time DateTime64(3, 'UTC'),
    deployed_at Nullable(DateTime64(3, 'UTC')),
    bot Bool,
    lead_time Nullable(Float64),
    coding Nullable(Float64),
    pickup Nullable(Float64),
    review Nullable(Float64),
    deploy Nullable(Float64),
    reactive Bool,
    written_at DateTime('UTC') DEFAULT now(),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted)
PARTITION BY toStartOfFifteenMinutes(written_at) ORDER BY row_key
TTL written_at + INTERVAL 8 HOUR SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS ${database}.deployments_recent (
    row_key UInt128,
    service LowCardinality(String),
    id String,
    environment LowCardinality(String),
    environments Array(LowCardinality(String)),
    repository LowCardinality(Nullable(String)),
    fact_time DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    status LowCardinality(String),
    counted Bool,
    failed Bool,
    failure_rule LowCardinality(Nullable(String)),
    impact_started_at Nullable(DateTime64(3, 'UTC')),
    recovered_at Nullable(DateTime64(3, 'UTC')),
    rework Bool,
    rework_probable Bool,
    mature_at Nullable(DateTime64(3, 'UTC')),
    excluded Bool,
    written_at DateTime('UTC') DEFAULT now(),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted)
PARTITION BY toStartOfFifteenMinutes(written_at) ORDER BY row_key
TTL written_at + INTERVAL 8 HOUR SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.changes_recent_rows
TO ${database}.changes_recent AS
SELECT reinterpretAsUInt128(sipHash128(service, environment, id)) AS row_key,
    service, environment, repository,
    coalesce(deployed_at, merged_at, toDateTime64(0, 3, 'UTC')) AS fact_time,
    deployed_at, bot, lead_time, coding, pickup, review, deploy, reactive, row_version, row_deleted
FROM ${database}.changes;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.deployments_recent_rows
TO ${database}.deployments_recent AS
SELECT reinterpretAsUInt128(sipHash128(service, id)) AS row_key,
    service, id, environment, environments, repository,
    coalesce(finished_at, started_at, toDateTime64(0, 3, 'UTC')) AS fact_time,
    finished_at, status, counted, failed, failure_rule, impact_started_at, recovered_at, rework,
    rework_probable, mature_at, excluded, row_version, row_deleted
FROM ${database}.deployments;

-- taken_at is when the snapshot began to be taken, by the clock that written_at is of.

CREATE TABLE IF NOT EXISTS ${database}.changes_snapshot (
    row_key UInt128,
    service LowCardinality(String),
    environment LowCardinality(String),
    repository LowCardinality(String),
    fact_time DateTime64(3, 'UTC'),
    deployed_at Nullable(DateTime64(3, 'UTC')),
    bot Bool,
    lead_time Nullable(Float64),
    coding Nullable(Float64),
    pickup Nullable(Float64),
    review Nullable(Float64),
    deploy Nullable(Float64),
    reactive Bool,
    taken_at DateTime('UTC')
) ENGINE = MergeTree ORDER BY (toStartOfQuarter(fact_time), service, environment)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS ${database}.deployments_snapshot (
    row_key UInt128,
    service LowCardinality(String),
    id String,
    environment LowCardinality(String),
    environments Array(LowCardinality(String)),
    repository LowCardinality(Nullable(String)),
    fact_time DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    status LowCardinality(String),
    counted Bool,
    failed Bool,
    failure_rule LowCardinality(Nullable(String)),
    impact_started_at Nullable(DateTime64(3, 'UTC')),
    recovered_at Nullable(DateTime64(3, 'UTC')),
    rework Bool,
    rework_probable Bool,
    mature_at Nullable(DateTime64(3, 'UTC')),
    excluded Bool,
    taken_at DateTime('UTC')
) ENGINE = MergeTree ORDER BY (toStartOfQuarter(fact_time), service, environment)
SETTINGS index_granularity = 1024;

-- ClickHouse takes the snapshots itself, and replaces the one before as a whole.

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.changes_snapshot_refresh
REFRESH EVERY 15 MINUTE RANDOMIZE FOR 5 MINUTE TO ${database}.changes_snapshot AS
SELECT reinterpretAsUInt128(sipHash128(service, environment, id)) AS row_key,
    service, environment, repository,
    coalesce(deployed_at, merged_at, toDateTime64(0, 3, 'UTC')) AS fact_time,
    deployed_at, bot, lead_time, coding, pickup, review, deploy, reactive, now('UTC') AS taken_at
FROM ${database}.changes FINAL
SETTINGS max_threads = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.deployments_snapshot_refresh
REFRESH EVERY 15 MINUTE RANDOMIZE FOR 5 MINUTE TO ${database}.deployments_snapshot AS
SELECT reinterpretAsUInt128(sipHash128(service, id)) AS row_key,
    service, id, environment, environments, repository,
    coalesce(finished_at, started_at, toDateTime64(0, 3, 'UTC')) AS fact_time,
    finished_at, status, counted, failed, failure_rule, impact_started_at, recovered_at, rework,
    rework_probable, mature_at, excluded, now('UTC') AS taken_at
FROM ${database}.deployments FINAL
SETTINGS max_threads = 1;
