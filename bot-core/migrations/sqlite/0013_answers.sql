-- What becomes of an article's answer, when it holds, and where it may be given. Times are UTC
-- milliseconds; `channels` is a JSON list of names, empty for all.
ALTER TABLE article ADD COLUMN mode TEXT NOT NULL DEFAULT 'auto';
ALTER TABLE article ADD COLUMN valid_from BIGINT;
ALTER TABLE article ADD COLUMN valid_until BIGINT;
ALTER TABLE article ADD COLUMN channels TEXT NOT NULL DEFAULT '[]';

-- What somebody thought of an answer, or of a draft of one: linked to the message that holds its
-- evidence. `instead_id` is the reply that an agent wrote in its place.
CREATE TABLE judgement (
    conversation_id BLOB NOT NULL,
    message_id      BLOB NOT NULL,
    opinion         TEXT NOT NULL,
    at              BIGINT NOT NULL,
    agent_id        BLOB,
    instead_id      BLOB,
    PRIMARY KEY (conversation_id, message_id, opinion)
);

-- Settings that were changed while the desk ran; they count more than the configuration.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE INDEX fact_draft ON fact (channel, kind) WHERE kind IN ('draft_sent', 'draft_edited', 'draft_wrong');
