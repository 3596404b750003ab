-- Wider snapshots (migration 013), so that practices, the golden path and the list of sources are
-- counted from them, too; and a snapshot of CI runs. The former tables lack columns of rows that were
-- written before, so they are replaced as a whole, and a snapshot is taken at once. The rows written
-- since are recorded before it is taken.

DROP TABLE IF EXISTS ${database}.changes_snapshot_refresh SYNC;
DROP TABLE IF EXISTS ${database}.changes_snapshot SYNC;
DROP TABLE IF EXISTS ${database}.changes_recent_rows SYNC;
DROP TABLE IF EXISTS ${database}.changes_recent SYNC;
DROP TABLE IF EXISTS ${database}.deployments_snapshot_refresh SYNC;
DROP TABLE IF EXISTS ${database}.deployments_snapshot SYNC;
DROP TABLE IF EXISTS ${database}.deployments_recent_rows SYNC;
DROP TABLE IF EXISTS ${database}.deployments_recent SYNC;

CREATE TABLE IF NOT EXISTS ${database}.changes_recent (
    row_key UInt128,
    service LowCardinality(String),
    environment LowCardinality(String),
    repository LowCardinality(String),
    id String,
    fact_time DateTime64(3, 'UTC'),
    deployed_at Nullable(DateTime64(3, 'UTC')),
    merged_at Nullable(DateTime64(3, 'UTC')),
    started_at Nullable(DateTime64(3, 'UTC')),
    seen_at Nullable(DateTime64(3, 'UTC')),
    start_method LowCardinality(Nullable(String)),
    shipping_rule LowCardinality(Nullable(String)),
    pull_request Nullable(Int64),
    contributor LowCardinality(Nullable(String)),
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

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.changes_recent_rows
TO ${database}.changes_recent AS
SELECT reinterpretAsUInt128(sipHash128(service, environment, id)) AS row_key,
    service, environment, repository, id,
    coalesce(deployed_at, merged_at, toDateTime64(0, 3, 'UTC')) AS fact_time, deployed_at,
    merged_at, started_at, coalesce(started_at, opened_at, merged_at) AS seen_at, start_method,
    shipping_rule, pull_request, contributor, bot, lead_time, coding, pickup, review, deploy,
    reactive, row_version, row_deleted
FROM ${database}.changes;

CREATE TABLE IF NOT EXISTS ${database}.changes_snapshot (
    row_key UInt128,
    service LowCardinality(String),
    environment LowCardinality(String),
    repository LowCardinality(String),
    id String,
    fact_time DateTime64(3, 'UTC'),
    deployed_at Nullable(DateTime64(3, 'UTC')),
    merged_at Nullable(DateTime64(3, 'UTC')),
    started_at Nullable(DateTime64(3, 'UTC')),
    seen_at Nullable(DateTime64(3, 'UTC')),
    start_method LowCardinality(Nullable(String)),
    shipping_rule LowCardinality(Nullable(String)),
    pull_request Nullable(Int64),
    contributor LowCardinality(Nullable(String)),
    bot Bool,
    lead_time Nullable(Float64),
    coding Nullable(Float64),
    pickup Nullable(Float64),
    review Nullable(Float64),
    deploy Nullable(Float64),
    reactive Bool,
    taken_at DateTime('UTC'),
    INDEX merged_at merged_at TYPE minmax GRANULARITY 1,
    INDEX seen_at seen_at TYPE minmax GRANULARITY 1
) ENGINE = MergeTree ORDER BY (toStartOfQuarter(fact_time), service, environment)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.changes_snapshot_refresh
REFRESH EVERY 15 MINUTE RANDOMIZE FOR 5 MINUTE TO ${database}.changes_snapshot AS
SELECT reinterpretAsUInt128(sipHash128(service, environment, id)) AS row_key,
    service, environment, repository, id,
    coalesce(deployed_at, merged_at, toDateTime64(0, 3, 'UTC')) AS fact_time, deployed_at,
    merged_at, started_at, coalesce(started_at, opened_at, merged_at) AS seen_at, start_method,
    shipping_rule, pull_request, contributor, bot, lead_time, coding, pickup, review, deploy,
    reactive, now('UTC') AS taken_at
FROM ${database}.changes FINAL
SETTINGS max_threads = 1;

CREATE TABLE IF NOT EXISTS ${database}.deployments_recent (
    row_key UInt128,
    service LowCardinality(String),
    id String,
    environment LowCardinality(String),
    environments Array(LowCardinality(String)),
    repository LowCardinality(Nullable(String)),
    sha Nullable(String),
    fact_time DateTime64(3, 'UTC'),
    started_at Nullable(DateTime64(3, 'UTC')),
    finished_at Nullable(DateTime64(3, 'UTC')),
    status LowCardinality(String),
    source LowCardinality(String),
    counted Bool,
    kind LowCardinality(String),
    changes Nullable(Int32),
    strategy LowCardinality(Nullable(String)),
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

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.deployments_recent_rows
TO ${database}.deployments_recent AS
SELECT reinterpretAsUInt128(sipHash128(service, id)) AS row_key,
    service, id, environment, environments, repository, sha,
    coalesce(finished_at, started_at, toDateTime64(0, 3, 'UTC')) AS fact_time, started_at,
    finished_at, status, source, counted, kind, changes, strategy, failed, failure_rule,
    impact_started_at, recovered_at, rework, rework_probable, mature_at, excluded, row_version,
    row_deleted
FROM ${database}.deployments;

CREATE TABLE IF NOT EXISTS ${database}.deployments_snapshot (
    row_key UInt128,
    service LowCardinality(String),
    id String,
    environment LowCardinality(String),
    environments Array(LowCardinality(String)),
    repository LowCardinality(Nullable(String)),
    sha Nullable(String),
    fact_time DateTime64(3, 'UTC'),
    started_at Nullable(DateTime64(3, 'UTC')),
    finished_at Nullable(DateTime64(3, 'UTC')),
    status LowCardinality(String),
    source LowCardinality(String),
    counted Bool,
    kind LowCardinality(String),
    changes Nullable(Int32),
    strategy LowCardinality(Nullable(String)),
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

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.deployments_snapshot_refresh
REFRESH EVERY 15 MINUTE RANDOMIZE FOR 5 MINUTE TO ${database}.deployments_snapshot AS
SELECT reinterpretAsUInt128(sipHash128(service, id)) AS row_key,
    service, id, environment, environments, repository, sha,
    coalesce(finished_at, started_at, toDateTime64(0, 3, 'UTC')) AS fact_time, started_at,
    finished_at, status, source, counted, kind, changes, strategy, failed, failure_rule,
    impact_started_at, recovered_at, rework, rework_probable, mature_at, excluded,
    now('UTC') AS taken_at
FROM ${database}.deployments FINAL
SETTINGS max_threads = 1;

CREATE TABLE IF NOT EXISTS ${database}.ci_runs_recent (
    row_key UInt128,
    service LowCardinality(String),
    repository LowCardinality(Nullable(String)),
    workflow LowCardinality(Nullable(String)),
    trigger LowCardinality(Nullable(String)),
    sha Nullable(String),
    default_branch Bool,
    fact_time DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    outcome LowCardinality(Nullable(String)),
    duration Nullable(Float64),
    written_at DateTime('UTC') DEFAULT now(),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted)
PARTITION BY toStartOfFifteenMinutes(written_at) ORDER BY row_key
TTL written_at + INTERVAL 8 HOUR SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.ci_runs_recent_rows
TO ${database}.ci_runs_recent AS
SELECT reinterpretAsUInt128(sipHash128(service, id)) AS row_key,
    service, repository, workflow, trigger, sha, default_branch,
    coalesce(finished_at, toDateTime64(0, 3, 'UTC')) AS fact_time, finished_at, outcome,
    duration, row_version, row_deleted
FROM ${database}.ci_runs;

CREATE TABLE IF NOT EXISTS ${database}.ci_runs_snapshot (
    row_key UInt128,
    service LowCardinality(String),
    repository LowCardinality(Nullable(String)),
    workflow LowCardinality(Nullable(String)),
    trigger LowCardinality(Nullable(String)),
    sha Nullable(String),
    default_branch Bool,
    fact_time DateTime64(3, 'UTC'),
    finished_at Nullable(DateTime64(3, 'UTC')),
    outcome LowCardinality(Nullable(String)),
    duration Nullable(Float64),
    taken_at DateTime('UTC')
) ENGINE = MergeTree ORDER BY (toStartOfQuarter(fact_time), service)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.ci_runs_snapshot_refresh
REFRESH EVERY 15 MINUTE RANDOMIZE FOR 5 MINUTE TO ${database}.ci_runs_snapshot AS
SELECT reinterpretAsUInt128(sipHash128(service, id)) AS row_key,
    service, repository, workflow, trigger, sha, default_branch,
    coalesce(finished_at, toDateTime64(0, 3, 'UTC')) AS fact_time, finished_at, outcome,
    duration, now('UTC') AS taken_at
FROM ${database}.ci_runs FINAL
SETTINGS max_threads = 1;
