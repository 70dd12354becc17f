-- From here on arguments of reasons have types, which an older program cannot read.
-- The indexes let a start find the rows that it needs without reading all of a run.
CREATE INDEX IF NOT EXISTS rows_state ON rows (run, status);
CREATE INDEX IF NOT EXISTS rows_by_hand ON rows (instance, intended) WHERE learned = 'person';
