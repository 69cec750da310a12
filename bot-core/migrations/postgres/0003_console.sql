-- The team room: how its people sign in, and the files that they are about to send.

-- Argon2id in PHC form; an agent without a row signs in by one-time links only.
CREATE TABLE console_password (
    agent_id   UUID PRIMARY KEY NOT NULL,
    hash       TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- A stolen database must not open a session, so only the hash of its token is kept.
CREATE TABLE console_session (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    agent_id   UUID NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX console_session_agent ON console_session (agent_id);

-- One use each; a used one is kept until it expires, so that its second use can be told apart.
CREATE TABLE console_link (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    agent_id   UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX console_link_agent ON console_link (agent_id);

-- Failed sign-ins of a name or an address, by its keyed hash; no try before free_at.
CREATE TABLE console_attempt (
    subject  BYTEA PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    free_at  BIGINT NOT NULL
);

-- Files that an agent has uploaded and not sent yet; the desk copies what is sent.
CREATE TABLE console_upload (
    id          UUID PRIMARY KEY NOT NULL,
    agent_id    UUID NOT NULL,
    meta_sealed BYTEA NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX console_upload_age ON console_upload (at);

CREATE TABLE console_upload_part (
    upload_id    UUID NOT NULL,
    part         BIGINT NOT NULL,
    bytes_sealed BYTEA NOT NULL,
    PRIMARY KEY (upload_id, part)
);
