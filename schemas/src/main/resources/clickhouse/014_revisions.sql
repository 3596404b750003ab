-- What the numbers of a past period rested on, and how it was revised since (RATIONALE.md). Every
-- hour ClickHouse compares the facts that count now with those that it found an hour before, and
-- keeps the differences. Facts that were written again with the same values differ in nothing, and
-- what changed twice within the hour is one revision. The comparison reads the generation that
-- answers queries, so a switch to another generation is revised like any other change.

-- The facts that count, with all that the metrics of a period depend on. state is JSON: it is
-- compared as a whole. recovered_at is apart, since it decides about another period.
CREATE OR REPLACE VIEW ${database}.counted_facts AS
SELECT 'deployment' AS kind,
    reinterpretAsUInt128(sipHash128('deployment', service, id)) AS row_key,
    toString(service) AS service, id,
    arrayDistinct(arrayPushFront(environments, toString(environment))) AS environments,
    repository,
    finished_at AS counted_at,
    recovered_at,
    toJSONString(CAST((finished_at, environment, status, counted, excluded, failed,
            impact_started_at, rework, rework_probable),
        'Tuple(finished_at Nullable(DateTime64(3, \'UTC\')), environment String, status String,
            counted Bool, excluded Bool, failed Bool,
            impact_started_at Nullable(DateTime64(3, \'UTC\')), rework Bool, rework_probable Bool)'))
        AS state,
    corrections
FROM ${database}.deployments WHERE finished_at IS NOT NULL
UNION ALL
SELECT 'change' AS kind,
    reinterpretAsUInt128(sipHash128('change', service, environment, id)) AS row_key,
    toString(service) AS service, id,
    [toString(environment)] AS environments,
    toNullable(repository) AS repository,
    deployed_at AS counted_at,
    CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS recovered_at,
    toJSONString(CAST((deployed_at, environment, bot, reactive, lead_time, coding, pickup, review,
            deploy),
        'Tuple(deployed_at Nullable(DateTime64(3, \'UTC\')), environment String, bot Bool,
            reactive Bool, lead_time Nullable(Float64), coding Nullable(Float64),
            pickup Nullable(Float64), review Nullable(Float64), deploy Nullable(Float64))'))
        AS state,
    CAST([], 'Array(String)') AS corrections
FROM ${database}.changes WHERE deployed_at IS NOT NULL;

-- state is empty where the fact did not count. dorado.revisions.retention replaces the TTL.
CREATE TABLE IF NOT EXISTS ${database}.revisions (
    kind LowCardinality(String),
    row_key UInt128,
    service LowCardinality(String),
    id String,
    repository LowCardinality(Nullable(String)),
    seen_at DateTime64(3, 'UTC'),
    environments Array(LowCardinality(String)),
    environments_before Array(LowCardinality(String)),
    counted_at Nullable(DateTime64(3, 'UTC')),
    counted_at_before Nullable(DateTime64(3, 'UTC')),
    recovered_at Nullable(DateTime64(3, 'UTC')),
    recovered_at_before Nullable(DateTime64(3, 'UTC')),
    state String,
    state_before String,
    corrections Array(String),
    corrections_before Array(String),
    generation UInt32,
    generation_before UInt32
) ENGINE = MergeTree
PARTITION BY toYYYYMM(seen_at) ORDER BY (seen_at, row_key)
TTL toDateTime(seen_at) + toIntervalDay(400) SETTINGS ttl_only_drop_parts = 1;

-- What was found last. Rows without a state stay, so that the next comparison knows them.
CREATE TABLE IF NOT EXISTS ${database}.published_facts (
    kind LowCardinality(String),
    row_key UInt128,
    service LowCardinality(String),
    id String,
    repository LowCardinality(Nullable(String)),
    seen_at DateTime64(3, 'UTC'),
    environments Array(LowCardinality(String)),
    counted_at Nullable(DateTime64(3, 'UTC')),
    recovered_at Nullable(DateTime64(3, 'UTC')),
    state String,
    corrections Array(String),
    generation UInt32
) ENGINE = ReplacingMergeTree(seen_at) ORDER BY row_key;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.published_facts_rows
TO ${database}.published_facts AS
SELECT kind, row_key, service, id, repository, seen_at, environments, counted_at, recovered_at,
    state, corrections, generation
FROM ${database}.revisions;

-- The keys that differ are found first, by hashes; few others are then read whole.
CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.revisions_refresh
REFRESH EVERY 1 HOUR RANDOMIZE FOR 10 MINUTE APPEND TO ${database}.revisions AS
SELECT
    any(both.kind) AS kind,
    row_key,
    any(both.service) AS service,
    any(both.id) AS id,
    any(both.repository) AS repository,
    now64(3, 'UTC') AS seen_at,
    anyIf(both.environments, is_newest) AS environments,
    anyIf(both.environments, NOT is_newest) AS environments_before,
    anyIf(both.counted_at, is_newest) AS counted_at,
    anyIf(both.counted_at, NOT is_newest) AS counted_at_before,
    anyIf(both.recovered_at, is_newest) AS recovered_at,
    anyIf(both.recovered_at, NOT is_newest) AS recovered_at_before,
    anyIf(both.state, is_newest) AS state,
    anyIf(both.state, NOT is_newest) AS state_before,
    anyIf(both.corrections, is_newest) AS corrections,
    anyIf(both.corrections, NOT is_newest) AS corrections_before,
    anyIf(both.generation, is_newest) AS generation,
    anyIf(both.generation, NOT is_newest) AS generation_before
FROM (
    SELECT kind, row_key, service, id, repository, environments, counted_at, recovered_at, state,
        corrections, (SELECT any(number) FROM ${database}.current_generation) AS generation,
        true AS is_newest
    FROM ${database}.counted_facts
    UNION ALL
    SELECT kind, row_key, service, id, repository, environments, counted_at, recovered_at, state,
        corrections, generation, false AS is_newest
    FROM ${database}.published_facts FINAL
) AS both
WHERE row_key IN (
    SELECT row_key FROM (
        SELECT row_key, sipHash64(state, toString(tuple(recovered_at))) AS hash
        FROM ${database}.counted_facts
        UNION ALL
        SELECT row_key, sipHash64(state, toString(tuple(recovered_at))) AS hash
        FROM ${database}.published_facts FINAL WHERE state != ''
    )
    GROUP BY row_key HAVING count() = 1 OR min(hash) != max(hash))
GROUP BY row_key
HAVING state != state_before OR ifNull(recovered_at != recovered_at_before,
    isNull(recovered_at) != isNull(recovered_at_before))
SETTINGS max_threads = 1, max_bytes_before_external_group_by = 300000000;

-- Attempts to send the weekly digest. ClickHouse keeps one of the blocks that are inserted with the
-- same token, so that an attempt is claimed once (the api's DigestLedger).
CREATE TABLE IF NOT EXISTS ${database}.digests (
    week Date,
    scope String,
    attempt UInt32,
    outcome LowCardinality(String),
    instance String,
    at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (week, scope, attempt)
TTL week + toIntervalDay(400) SETTINGS non_replicated_deduplication_window = 10000;
