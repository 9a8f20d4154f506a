-- Blocks of old orders merged in the search index, and words that were removed taken out of it, not the index made anew.

-- Of a span, 64 blocks of old orders, which of them have which key: a row a key.
CREATE TABLE search_spans (
    span BIGINT NOT NULL,
    key BIGINT NOT NULL,
    sets BYTEA NOT NULL,
    PRIMARY KEY (span, key)
);
-- Compact already.
ALTER TABLE search_spans ALTER COLUMN sets SET STORAGE EXTERNAL;

-- Spans of which all rows stand: search_index is not asked about them any more.
CREATE TABLE search_merged (
    span BIGINT PRIMARY KEY
);

-- Orders whose words were removed and are still to be taken out of the search index.
CREATE TABLE search_removals (
    sequence BIGINT PRIMARY KEY REFERENCES orders (sequence)
);
INSERT INTO search_removals SELECT sequence FROM orders
    WHERE removed_at IS NOT NULL AND sequence / 16384 IN (SELECT block FROM search_rebuilds);
-- All that is left of them is found afterwards.
INSERT INTO unindexed_orders (sequence, version, words, codes)
    SELECT sequence, version, '', ' ' || number || '  ' FROM orders WHERE sequence IN (SELECT sequence FROM search_removals)
    ON CONFLICT DO NOTHING;
DROP TABLE search_rebuilds;
