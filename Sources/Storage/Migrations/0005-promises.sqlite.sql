-- Who has taken it on to call back a citizen who was missed, and by when.

ALTER TABLE missed_calls ADD COLUMN owner TEXT REFERENCES people (id);
ALTER TABLE missed_calls ADD COLUMN promised_by INTEGER CHECK ((promised_by IS NULL) = (owner IS NULL));
