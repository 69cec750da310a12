-- The index of what was said takes its words in at once instead of one row and two trees a word, which
-- cost more than everything else that a message stores. Each database has a kind of its own for that:
-- SQLite a full-text table that keeps no text, PostgreSQL an inverted index over a column of numbers.
-- The words are still keyed hashes, here as sixteen hexadecimal digits each.
CREATE TABLE search_entry (
    id              INTEGER PRIMARY KEY,
    conversation_id BLOB NOT NULL,
    message_id      BLOB NOT NULL,
    UNIQUE (conversation_id, message_id)
);
CREATE VIRTUAL TABLE search_tokens USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
INSERT INTO search_entry (conversation_id, message_id)
    SELECT DISTINCT conversation_id, message_id FROM search_token;
INSERT INTO search_tokens (rowid, tokens)
    SELECT e.id, group_concat(printf('%016x', t.token), ' ')
    FROM search_entry e JOIN search_token t
        ON t.conversation_id = e.conversation_id AND t.message_id = e.message_id
    GROUP BY e.id;
DROP TABLE search_token;
