-- Until when, and how often, the customer of a conversation may be written to; NULL where the
-- platform knows no such limits. They change with every send and every message, so they stand apart
-- from the sealed state, which changes with decisions only.
ALTER TABLE conversation ADD COLUMN window_until BIGINT;
ALTER TABLE conversation ADD COLUMN window_left  BIGINT;

-- drawn: the end of the window in which a row under way was counted, so that a send which surely
-- failed is given back to that window and to no later one. slot: the reply slot that carries it.
ALTER TABLE outbox ADD COLUMN drawn BIGINT;
ALTER TABLE outbox ADD COLUMN slot  BLOB;

-- A request of a platform whose answer can carry messages. All tries of one request share a row:
-- the first that has an answer stores its bytes, and every other one returns them.
CREATE TABLE slot (
    channel     TEXT NOT NULL,
    place       TEXT NOT NULL,
    id          TEXT NOT NULL,
    uid         BLOB NOT NULL,
    lane        BLOB NOT NULL,
    seq         BIGINT NOT NULL,
    deadline    BIGINT NOT NULL,
    size        BIGINT NOT NULL,
    spends      BOOLEAN NOT NULL,
    state       TEXT NOT NULL,
    body_sealed BLOB,
    at          BIGINT NOT NULL,
    PRIMARY KEY (channel, place, id)
);
CREATE INDEX slot_open ON slot (lane, deadline) WHERE state = 'open';
CREATE INDEX slot_lane ON slot (lane, seq);
CREATE INDEX slot_uid ON slot (uid);
CREATE INDEX slot_age ON slot (at);
-- Only what was claimed and not handed over; what was sent need not be found again.
CREATE INDEX outbox_slot ON outbox (slot) WHERE slot IS NOT NULL AND state = 'sending';
