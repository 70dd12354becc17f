-- What its rows, deliveries and files were found to be once more, without a new one.
ALTER TABLE manifests ADD COLUMN checked INTEGER NOT NULL DEFAULT 0; -- the newest note then

-- All places from which a run was started: two files may have one content. Runs have
-- the newest.
CREATE TABLE places (
	run    INTEGER NOT NULL,
	path   TEXT NOT NULL,    -- absolute, of the file
	name   TEXT NOT NULL,
	output TEXT NOT NULL,    -- absolute path and stem of what is written for it
	at     INTEGER NOT NULL, -- of the newest start
	PRIMARY KEY (run, path, output)
) WITHOUT ROWID;
CREATE INDEX places_path ON places (path);
CREATE INDEX places_output ON places (output);
INSERT INTO places SELECT id, path, name, output, COALESCE((SELECT MAX(at) FROM notes WHERE notes.run = runs.id AND seq = 0 AND kind = 'start'), started) FROM runs;
-- Of earlier places only manifests are left: the file was where its outputs are.
INSERT OR IGNORE INTO places SELECT run, rtrim(output, replace(output, '/', '')) || name, name, output, MAX(at)
FROM (SELECT run, output, at, iif(json_valid(CAST(json AS TEXT)), CAST(json AS TEXT) ->> '$.input.name', NULL) AS name FROM manifests)
WHERE name IS NOT NULL GROUP BY run, output, name;

-- Every run that has sent a card, or may have, has its own claim on it.
ALTER TABLE claims RENAME TO older_claims;
CREATE TABLE claims (
	card BLOB NOT NULL,
	run  INTEGER NOT NULL,
	seq  INTEGER NOT NULL,
	at   INTEGER NOT NULL,
	PRIMARY KEY (card, run)
) WITHOUT ROWID;
INSERT INTO claims SELECT card, run, seq, at FROM older_claims;
INSERT OR IGNORE INTO claims SELECT card, run_before, seq_before, at_before FROM older_claims WHERE run_before <> 0;
DROP TABLE older_claims;
