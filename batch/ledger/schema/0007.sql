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
