-- Long work, a portion at a time. The table of the first migration was never written to.
DROP TABLE job;

-- event: the inbox row that asked; the files that came with it are the job's. A running job belongs
-- to owner until lease_until; whoever finds it later goes on after the last stored portion.
CREATE TABLE job (
    id             UUID PRIMARY KEY NOT NULL,
    lane           UUID NOT NULL,
    event          UUID NOT NULL,
    kind           TEXT NOT NULL,
    asked_by       UUID,
    payload_sealed BYTEA NOT NULL,
    cursor_sealed  BYTEA,
    state          TEXT NOT NULL,
    done           BIGINT NOT NULL DEFAULT 0,
    total          BIGINT NOT NULL DEFAULT 0,
    attempt        BIGINT NOT NULL DEFAULT 0,
    next_at        BIGINT NOT NULL,
    owner          UUID,
    lease_until    BIGINT,
    told_at        BIGINT NOT NULL,
    reason         TEXT,
    at             BIGINT NOT NULL
);
CREATE INDEX job_due ON job (next_at) WHERE state IN ('waiting', 'running');
CREATE INDEX job_age ON job (at);
