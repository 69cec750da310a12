-- The index of what was said takes its words in at once instead of one row and two trees a word, which
-- cost more than everything else that a message stores. Each database has a kind of its own for that:
-- SQLite a full-text table that keeps no text, PostgreSQL an inverted index over a column of numbers.
-- The words are still keyed hashes.
CREATE TABLE search_entry (
    conversation_id UUID NOT NULL,
    message_id      UUID NOT NULL,
    tokens          BIGINT[] NOT NULL,
    PRIMARY KEY (conversation_id, message_id)
);
CREATE INDEX search_tokens ON search_entry USING GIN (tokens);
INSERT INTO search_entry (conversation_id, message_id, tokens)
    SELECT conversation_id, message_id, array_agg(token) FROM search_token
    GROUP BY conversation_id, message_id;
DROP TABLE search_token;
