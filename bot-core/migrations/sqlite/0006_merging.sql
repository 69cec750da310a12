-- A row that carries several messages supersedes the rows of its parts before it is sent.
ALTER TABLE outbox ADD COLUMN merged_into BLOB;
CREATE INDEX outbox_merged ON outbox (lane, merged_into) WHERE merged_into IS NOT NULL;

-- A long text is several rows with one message: an edit names the row that it changes, and a link the
-- row that made the platform's message.
ALTER TABLE outbox ADD COLUMN target BLOB;
ALTER TABLE link ADD COLUMN delivery BLOB;
CREATE INDEX link_delivery ON link (delivery) WHERE delivery IS NOT NULL;
