-- Files that an app uploaded ahead of the message that brings them. A message keeps a copy of its own,
-- so the upload is forgotten after a while, used or not.
CREATE TABLE upload (
    blob TEXT PRIMARY KEY NOT NULL,
    at   BIGINT NOT NULL,
    used BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX upload_age ON upload (at);

-- Decided rows are forgotten by their age.
CREATE INDEX inbox_age ON inbox (accepted_at) WHERE state = 'done';
