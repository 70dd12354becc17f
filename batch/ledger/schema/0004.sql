-- The chain of manifests, which is only ever added to.
CREATE TABLE manifests (
	id     INTEGER PRIMARY KEY, -- from 1, without gaps
	run    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	output TEXT NOT NULL,       -- as of runs: follows the files, and is no part of the proof
	series INTEGER NOT NULL,    -- its imprints
	json   BLOB NOT NULL,
	hash   BLOB NOT NULL        -- SHA-256 of json
);
CREATE INDEX manifests_run ON manifests (run);

-- What the rows of a run were when its newest manifest was made.
CREATE TABLE imprints (
	id     INTEGER PRIMARY KEY, -- order within a series
	run    INTEGER NOT NULL,
	series INTEGER NOT NULL,
	marks  BLOB NOT NULL        -- of many rows, one after the other
);
CREATE INDEX imprints_run ON imprints (run, series);
