-- Facts have generations (RATIONALE.md): each has a database of its own, and what is there becomes
-- the first. A table that has moved already is not there to be moved again.
CREATE DATABASE IF NOT EXISTS ${database}_g1;

RENAME TABLE IF EXISTS ${database}.deployments TO ${database}_g1.deployments;
RENAME TABLE IF EXISTS ${database}.changes TO ${database}_g1.changes;
RENAME TABLE IF EXISTS ${database}.incidents TO ${database}_g1.incidents;
RENAME TABLE IF EXISTS ${database}.ci_runs TO ${database}_g1.ci_runs;
RENAME TABLE IF EXISTS ${database}.catalog TO ${database}_g1.catalog;
RENAME TABLE IF EXISTS ${database}.corrections TO ${database}_g1.corrections;
RENAME TABLE IF EXISTS ${database}.candidates TO ${database}_g1.candidates;

-- A row says all of a generation; the newest row_version stands. settings is the JSON of dorado.rules,
-- code stands for what computed it; both are empty while nobody has said so.
CREATE TABLE IF NOT EXISTS ${database}.generations (
    number UInt32,
    settings String,
    code String,
    created_at DateTime64(3, 'UTC'),
    switched_at Nullable(DateTime64(3, 'UTC')),
    dropped_at Nullable(DateTime64(3, 'UTC')),
    row_version UInt64
) ENGINE = ReplacingMergeTree(row_version) ORDER BY number;

INSERT INTO ${database}.generations (number, created_at, switched_at, row_version)
    SELECT 1, now64(3, 'UTC'), now64(3, 'UTC'), 1
    WHERE (SELECT count() FROM ${database}.generations) = 0;
