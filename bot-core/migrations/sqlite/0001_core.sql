-- Ids are UUIDs, times UTC milliseconds. Columns named *_sealed hold nonce and AES-256-GCM text,
-- bound to table, column and row (store/seal.rs).

-- One row per fact about the database itself: the master key's fingerprint, versions of settings.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- A person, across channels. Columns are updated singly; the latest time wins.
CREATE TABLE customer (
    id         BLOB PRIMARY KEY NOT NULL,
    created_at BIGINT NOT NULL
);

-- One account of a customer on one channel, with the key that seals everything of theirs.
CREATE TABLE identity (
    id           BLOB PRIMARY KEY NOT NULL,
    customer_id  BLOB NOT NULL,
    channel      TEXT NOT NULL,
    account      TEXT NOT NULL,
    place        TEXT NOT NULL,
    key_wrapped  BLOB NOT NULL,
    name_sealed  BLOB NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE (channel, account)
);
CREATE INDEX identity_customer ON identity (customer_id);

-- A queue of events that are handled in order. A conversation's lane has the conversation's id.
-- next_seq numbers the inbox, next_out the outbox (order within a destination, and the cursor of
-- feeds); version is raised by every decision.
CREATE TABLE lane (
    id       BLOB PRIMARY KEY NOT NULL,
    kind     TEXT NOT NULL,
    version  BIGINT NOT NULL DEFAULT 0,
    next_seq BIGINT NOT NULL DEFAULT 1,
    next_out BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE room (
    name    TEXT PRIMARY KEY NOT NULL,
    lane    BLOB NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    place   TEXT NOT NULL,
    UNIQUE (channel, place)
);

-- What decide() knows of a conversation besides its ticket; mode and language stand apart for lists.
CREATE TABLE conversation (
    id           BLOB PRIMARY KEY NOT NULL,
    identity_id  BLOB NOT NULL UNIQUE,
    channel      TEXT NOT NULL,
    mode         TEXT NOT NULL,
    state_sealed BLOB NOT NULL,
    updated_at   BIGINT NOT NULL
);

CREATE TABLE inbox (
    lane        BLOB NOT NULL,
    seq         BIGINT NOT NULL,
    id          BLOB NOT NULL,
    channel     TEXT NOT NULL,
    place       TEXT NOT NULL,
    key         TEXT NOT NULL,
    accepted_at BIGINT NOT NULL,
    raw_sealed  BLOB,
    state       TEXT NOT NULL,
    boots       BIGINT NOT NULL DEFAULT 0,
    reason      TEXT,
    PRIMARY KEY (lane, seq),
    UNIQUE (channel, place, key)
);
CREATE INDEX inbox_open ON inbox (lane, seq) WHERE state IN ('pending', 'asked', 'parked');

CREATE TABLE message (
    conversation_id BLOB NOT NULL,
    id              BLOB NOT NULL,
    seq             BIGINT NOT NULL,
    direction       TEXT NOT NULL,
    ticket_id       BLOB,
    agent_id        BLOB,
    body_sealed     BLOB NOT NULL,
    evidence_sealed BLOB,
    -- What it said before it was changed for the first time.
    original_sealed BLOB,
    reason          TEXT,
    at              BIGINT NOT NULL,
    edited_at       BIGINT,
    deleted_at      BIGINT,
    PRIMARY KEY (conversation_id, id)
);
CREATE INDEX message_order ON message (conversation_id, seq);

-- status, priority and assignee are read by lists; the whole ticket is in state_sealed.
CREATE TABLE ticket (
    id              BLOB PRIMARY KEY NOT NULL,
    conversation_id BLOB NOT NULL,
    number          BIGINT NOT NULL UNIQUE,
    status          TEXT NOT NULL,
    priority        TEXT NOT NULL,
    assignee        BLOB,
    team            TEXT NOT NULL,
    state_sealed    BLOB NOT NULL,
    opened_at       BIGINT NOT NULL,
    waiting_since   BIGINT,
    updated_at      BIGINT NOT NULL,
    closed_at       BIGINT
);
-- The guard of "at most one open ticket per conversation".
CREATE UNIQUE INDEX ticket_open ON ticket (conversation_id)
    WHERE status IN ('pending', 'in_progress', 'on_hold', 'resolved');
CREATE INDEX ticket_conversation ON ticket (conversation_id, number);
CREATE INDEX ticket_list ON ticket (status, waiting_since);

CREATE TABLE ticket_number (
    one  BIGINT PRIMARY KEY NOT NULL,
    last BIGINT NOT NULL
);
INSERT INTO ticket_number (one, last) VALUES (1, 1000);

-- A ticket's thread in a room; a deleted thread is opened anew under the next generation.
CREATE TABLE thread (
    id              BLOB PRIMARY KEY NOT NULL,
    ticket_id       BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    room            TEXT NOT NULL,
    generation      BIGINT NOT NULL,
    role            TEXT NOT NULL,
    channel         TEXT NOT NULL,
    room_place      TEXT NOT NULL,
    place           TEXT,
    state           TEXT NOT NULL,
    UNIQUE (ticket_id, room),
    UNIQUE (channel, place)
);
CREATE INDEX thread_conversation ON thread (conversation_id);

-- One row is one platform call. `out` orders a destination; `cursor` is what readers of a feed see.
CREATE TABLE outbox (
    lane        BLOB NOT NULL,
    id          BLOB NOT NULL,
    destination TEXT NOT NULL,
    out         BIGINT NOT NULL,
    cursor      BIGINT,
    generation  BIGINT NOT NULL DEFAULT 0,
    thread_id   BLOB,
    channel     TEXT NOT NULL,
    message_id  BLOB,
    action      TEXT NOT NULL,
    body_sealed BLOB NOT NULL,
    local       BOOLEAN NOT NULL,
    by_agent    BOOLEAN NOT NULL,
    priority    BIGINT NOT NULL,
    state       TEXT NOT NULL,
    attempt     BIGINT NOT NULL DEFAULT 0,
    next_at     BIGINT NOT NULL,
    hold_until  BIGINT,
    at          BIGINT NOT NULL,
    reason      TEXT,
    edited      BOOLEAN NOT NULL DEFAULT FALSE,
    deleted     BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (lane, id)
);
CREATE INDEX outbox_open ON outbox (lane, destination, out) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_trouble ON outbox (state) WHERE state IN ('held', 'unknown', 'dead');
CREATE INDEX outbox_feed ON outbox (lane, destination, cursor) WHERE cursor IS NOT NULL;
CREATE INDEX outbox_message ON outbox (lane, message_id);

-- message <-> platform message, per place: for edits, deletes, quotes and reactions both ways.
CREATE TABLE link (
    channel         TEXT NOT NULL,
    place           TEXT NOT NULL,
    platform_id     TEXT NOT NULL,
    conversation_id BLOB NOT NULL,
    message_id      BLOB NOT NULL,
    PRIMARY KEY (channel, place, platform_id)
);
CREATE INDEX link_message ON link (conversation_id, message_id);

CREATE TABLE timer (
    lane BLOB NOT NULL,
    kind TEXT NOT NULL,
    at   BIGINT NOT NULL,
    PRIMARY KEY (lane, kind)
);
CREATE INDEX timer_due ON timer (at);

-- One row per happening, with pseudonymous ids only.
CREATE TABLE fact (
    id              BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    at              BIGINT NOT NULL,
    kind            TEXT NOT NULL,
    channel         TEXT NOT NULL,
    ticket_id       BLOB,
    agent_id        BLOB,
    article_id      BLOB,
    value           BIGINT,
    detail          TEXT,
    PRIMARY KEY (conversation_id, id)
);
CREATE INDEX fact_time ON fact (kind, at);

CREATE TABLE attachment (
    conversation_id BLOB NOT NULL,
    id              BLOB NOT NULL,
    message_id      BLOB NOT NULL,
    state           TEXT NOT NULL,
    channel         TEXT NOT NULL,
    file_sealed     BLOB NOT NULL,
    blob            TEXT,
    attempt         BIGINT NOT NULL DEFAULT 0,
    next_at         BIGINT NOT NULL,
    expires_at      BIGINT,
    PRIMARY KEY (conversation_id, id)
);
CREATE INDEX attachment_wanted ON attachment (next_at) WHERE state = 'wanted';

-- Blobs in chunks, for databases without a folder beside them.
CREATE TABLE blob_chunk (
    blob  TEXT NOT NULL,
    part  BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (blob, part)
);

CREATE TABLE agent (
    id          BLOB PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL UNIQUE,
    display     TEXT NOT NULL,
    roles       TEXT NOT NULL,
    skills      TEXT NOT NULL,
    presence    TEXT NOT NULL,
    presence_at BIGINT NOT NULL,
    disabled    BOOLEAN NOT NULL DEFAULT FALSE
);

-- The numeric platform ids by which an agent is known.
CREATE TABLE agent_identity (
    platform TEXT NOT NULL,
    account  TEXT NOT NULL,
    agent_id BLOB NOT NULL,
    PRIMARY KEY (platform, account)
);

-- An adapter's durable state (an offset, a session), changed by compare-and-set.
CREATE TABLE channel_state (
    channel TEXT NOT NULL,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (channel, name)
);

CREATE TABLE job (
    id           BLOB PRIMARY KEY NOT NULL,
    lane         BLOB NOT NULL,
    kind         TEXT NOT NULL,
    input_sealed BLOB NOT NULL,
    state        TEXT NOT NULL,
    done         BIGINT NOT NULL DEFAULT 0,
    total        BIGINT NOT NULL DEFAULT 0,
    at           BIGINT NOT NULL
);
CREATE INDEX job_open ON job (at) WHERE state <> 'done';

CREATE TABLE canned (
    name     TEXT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (name, language)
);
