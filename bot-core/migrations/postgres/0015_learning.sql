-- What the desk proposes to add to the articles: from questions that nothing answered, or that were answered
-- wrongly, and from choices that customers made. What it says is sealed, since it comes from messages.
CREATE TABLE suggestion (
    number      BIGINT PRIMARY KEY NOT NULL,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    article_id  UUID,
    count       BIGINT NOT NULL,
    recent      BIGINT NOT NULL,
    earlier     BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    decided_at  BIGINT,
    decided_by  TEXT,
    body_sealed BYTEA NOT NULL
);

-- Questions that the bot was asked, by time.
CREATE INDEX message_evidence ON message (at) WHERE evidence_sealed IS NOT NULL;
-- Who was answered from an article.
CREATE INDEX fact_article ON fact (article_id, at) WHERE article_id IS NOT NULL;

-- The live revision that several customers have found wrong: it is only offered until another one is
-- published.
ALTER TABLE article ADD COLUMN doubted BIGINT;
