-- Orders that citizens file themselves, or programs for them (Open311), and files that belong to an order.

ALTER TABLE orders ALTER COLUMN taken_by DROP NOT NULL;

-- 'page', or 'client:' and the client's id; NULL for what somebody of the centre wrote down.
ALTER TABLE orders ADD COLUMN source TEXT CHECK (source <> '');
CREATE INDEX orders_filed ON orders (centre_id, created_at, id) WHERE source IS NOT NULL;
CREATE INDEX orders_source ON orders (centre_id, source, created_at, id) WHERE source IS NOT NULL;

-- The order's source again, so that a client finds what changed since it last asked.
ALTER TABLE order_transitions ADD COLUMN source TEXT CHECK (source <> '');
CREATE INDEX order_transitions_filed ON order_transitions (centre_id, at, order_id, version) WHERE source IS NOT NULL;
CREATE INDEX order_transitions_source ON order_transitions (centre_id, source, at, order_id, version)
    WHERE source IS NOT NULL;

-- Photographs and papers; the content is in the vault, by its digest.
CREATE TABLE attachments (
    order_id TEXT NOT NULL REFERENCES orders (id),
    -- 1, 2, 3 … of the order.
    place INTEGER NOT NULL CHECK (place >= 1),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL CHECK (media_type <> ''),
    bytes BIGINT NOT NULL CHECK (bytes > 0),
    at BIGINT NOT NULL,
    -- NULL is the citizen.
    by_person TEXT REFERENCES people (id),
    PRIMARY KEY (order_id, place)
);
CREATE INDEX attachments_digest ON attachments (digest);

-- Programs that may file orders.
CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    centre_id TEXT NOT NULL REFERENCES centres (id),
    name TEXT NOT NULL CHECK (name <> ''),
    -- SHA-256 of its key.
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
