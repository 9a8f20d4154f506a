-- What the dispatch model proposed for an order and what came of it; and orders that were merged, by the one they are in.

-- One row a model that was taught; the file is in the data folder, named by its digest.
CREATE TABLE dispatch_models (
    centre_id TEXT NOT NULL REFERENCES centres (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    at BIGINT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    -- So many orders it learned from.
    orders INTEGER NOT NULL CHECK (orders >= 0),
    bytes BIGINT NOT NULL CHECK (bytes > 0),
    PRIMARY KEY (centre_id, version)
);

-- As an order left the draft. Confidence in thousandths.
CREATE TABLE order_proposals (
    order_id TEXT NOT NULL REFERENCES orders (id),
    label TEXT NOT NULL CHECK (label IN ('kind', 'category', 'body')),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    model INTEGER NOT NULL,
    proposed TEXT NOT NULL CHECK (proposed <> ''),
    confidence INTEGER NOT NULL CHECK (confidence BETWEEN 0 AND 1000),
    -- What the agent confirmed; NULL for none.
    chosen TEXT CHECK (chosen <> ''),
    taken BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (order_id, label),
    FOREIGN KEY (centre_id, model) REFERENCES dispatch_models (centre_id, version)
);
CREATE INDEX order_proposals_at ON order_proposals (centre_id, label, at, order_id);

ALTER TABLE orders ADD COLUMN merged_into TEXT;
UPDATE orders SET merged_into = details::json ->> 'mergedInto' WHERE state = 'merged';
CREATE INDEX orders_merged ON orders (centre_id, merged_into) WHERE merged_into IS NOT NULL;
