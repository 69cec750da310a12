-- Which messages have which words: keyed hashes of them, never the words. Derived from the messages, and
-- made anew from them at any time.
CREATE TABLE search_token (
    conversation_id UUID NOT NULL,
    message_id      UUID NOT NULL,
    token           BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, message_id, token)
);
CREATE INDEX search_word ON search_token (token);
