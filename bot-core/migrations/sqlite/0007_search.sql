-- Which messages have which words: keyed hashes of them, never the words. Derived from the messages, and
-- made anew from them at any time.
CREATE TABLE search_token (
    conversation_id BLOB NOT NULL,
    message_id      BLOB NOT NULL,
    token           BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, message_id, token)
) WITHOUT ROWID;
CREATE INDEX search_word ON search_token (token);
