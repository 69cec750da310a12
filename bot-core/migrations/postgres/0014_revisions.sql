-- Every change of an article is a revision: who made it, when, why. The article's own row is its newest
-- revision; `live` is the one that answers, which may be older, or none. A revision with the status
-- `published` that is newer than `live` waits to be looked at by the test questions.
ALTER TABLE article ADD COLUMN live BIGINT;
-- Who last changed what the article says; somebody else has to publish it where a space asks for that.
ALTER TABLE article ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';
-- Where its words come from: a file, its headings, a page. May be empty.
ALTER TABLE article ADD COLUMN source TEXT NOT NULL DEFAULT '';
-- Of all that it says but its id, so that the same under another id is recognised; 0 if it is not known.
ALTER TABLE article ADD COLUMN digest BIGINT NOT NULL DEFAULT 0;
CREATE INDEX article_digest ON article (digest);
UPDATE article SET live = revision WHERE status = 'published';

-- `replaced` is the revision that answered before. `cause` is the act (an import, a command, a request) that made the revision. Done twice, it changes an
-- article once.
CREATE TABLE article_revision (
    article_id   UUID NOT NULL,
    revision     BIGINT NOT NULL,
    space        TEXT NOT NULL,
    external_id  TEXT NOT NULL,
    language     TEXT NOT NULL,
    category     TEXT NOT NULL,
    question     TEXT NOT NULL,
    alternatives TEXT NOT NULL,
    answer       TEXT NOT NULL,
    tags         TEXT NOT NULL,
    visibility   TEXT NOT NULL,
    status       TEXT NOT NULL,
    mode         TEXT NOT NULL,
    valid_from   BIGINT,
    valid_until  BIGINT,
    channels     TEXT NOT NULL,
    source       TEXT NOT NULL,
    replaced     BIGINT,
    at           BIGINT NOT NULL,
    author       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    cause        UUID NOT NULL,
    PRIMARY KEY (article_id, revision)
);
CREATE UNIQUE INDEX article_revision_cause ON article_revision (cause, article_id);
INSERT INTO article_revision
    SELECT id, revision, space, external_id, language, category, question, alternatives, answer, tags,
           visibility, status, mode, valid_from, valid_until, channels, source, NULL, updated_at, '', '', id
    FROM article;

-- An import is known to people by its number.
ALTER TABLE kb_import ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE kb_import ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE kb_import ADD COLUMN undone_at BIGINT;
UPDATE kb_import SET number = (SELECT count(*) FROM kb_import AS one WHERE one.at < kb_import.at
    OR (one.at = kb_import.at AND one.id <= kb_import.id));

-- Questions whose right article is known: asked before a change goes live. `external_id` is none where
-- no article may answer.
CREATE TABLE kb_test (
    id          UUID PRIMARY KEY NOT NULL,
    question    TEXT NOT NULL UNIQUE,
    space       TEXT NOT NULL,
    external_id TEXT,
    at          BIGINT NOT NULL,
    author      TEXT NOT NULL
);
