-- Visitors of the website widget. A stolen database must open no conversation, so only the hash of a
-- token is kept; who a signed-in customer is stands sealed.
CREATE TABLE widget_visitor (
    token_hash     BLOB PRIMARY KEY NOT NULL,
    id             BLOB NOT NULL,
    channel        TEXT NOT NULL,
    place          TEXT NOT NULL,
    -- Known by a signed identity of the host page.
    known          BOOLEAN NOT NULL,
    profile_sealed BLOB NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX widget_visitor_age ON widget_visitor (expires_at);
