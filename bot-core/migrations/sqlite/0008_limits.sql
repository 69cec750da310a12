-- When a conversation went to humans, by the network address that it came from: a keyed hash, forgotten
-- after an hour.
CREATE TABLE handoff (
    network         TEXT NOT NULL,
    at              BIGINT NOT NULL,
    conversation_id BLOB NOT NULL,
    PRIMARY KEY (network, conversation_id, at)
);
CREATE INDEX handoff_time ON handoff (at);
