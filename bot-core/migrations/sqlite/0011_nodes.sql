-- Processes that share this database, and what each of them looks after.
CREATE TABLE node (
    id       BLOB PRIMARY KEY NOT NULL,
    -- Names the advisory lock that the process holds for as long as it lives.
    lock_key BIGINT NOT NULL,
    -- The channels of its configuration.
    channels TEXT NOT NULL,
    -- Without a sign of life until then it counts as gone; by the database's clock.
    until    BIGINT NOT NULL
);
CREATE TABLE lease (
    name     TEXT PRIMARY KEY NOT NULL,
    -- NULL: nobody's; it was handed back in good order.
    owner    BLOB,
    -- Raised with every owner.
    epoch    BIGINT NOT NULL
);
-- The epoch of its channel's lease under which a row is being sent.
ALTER TABLE outbox ADD COLUMN epoch BIGINT;
