-- Events that decide no fact, so that all generations have them in common. row_version orders the
-- events with one id: live over imported, then by their receipt. Read with FINAL.

-- The name and the time are parts of the id, so they may stand before it in the order.
CREATE TABLE IF NOT EXISTS ${database}.measurements (
    id String,
    occurred_at DateTime64(3, 'UTC'),
    name LowCardinality(String),
    unit LowCardinality(String),
    value Float64,
    service Nullable(String),
    team Nullable(String),
    answers Nullable(Int32),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (name, occurred_at, id);

-- Who changed a flag, and the title that says so, are no columns: the topic keeps them.
CREATE TABLE IF NOT EXISTS ${database}.flags (
    id String,
    occurred_at DateTime64(3, 'UTC'),
    flag String,
    project Nullable(String),
    environments Array(String),
    action LowCardinality(String),
    service Nullable(String),
    url Nullable(String),
    row_version UInt64,
    row_deleted UInt8
) ENGINE = ReplacingMergeTree(row_version, row_deleted) ORDER BY (occurred_at, id);
