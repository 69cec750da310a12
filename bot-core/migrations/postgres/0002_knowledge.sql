-- Articles: what questions are answered with. Lists are JSON texts. An article is known outside by
-- its external id, which is unique in its space: importing the same id again updates it.
CREATE TABLE article (
    id           UUID PRIMARY KEY NOT NULL,
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
    revision     BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    UNIQUE (space, external_id)
);

-- One row: raised by every change of an article, read each second by every process that answers.
CREATE TABLE kb_version (
    id      BIGINT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL
);
INSERT INTO kb_version (id, version) VALUES (1, 0);

-- One row per import that wrote: what came of it.
CREATE TABLE kb_import (
    id        UUID PRIMARY KEY NOT NULL,
    at        BIGINT NOT NULL,
    files     TEXT NOT NULL,
    created   BIGINT NOT NULL,
    updated   BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected  BIGINT NOT NULL
);
