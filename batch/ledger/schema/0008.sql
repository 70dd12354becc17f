-- A lease is of an instance, of a file's content or of a folder: its kind and its name.
ALTER TABLE leases RENAME TO older_leases;
CREATE TABLE leases (
	resource TEXT PRIMARY KEY,
	epoch    INTEGER NOT NULL,  -- how often it was taken
	holder   TEXT NOT NULL,     -- for people
	token    TEXT NOT NULL,     -- of the holder's process
	run      INTEGER NOT NULL,
	since    INTEGER NOT NULL,
	progress INTEGER NOT NULL,  -- when it was renewed
	ends     INTEGER NOT NULL,  -- 0: it was given back, or a lock on a file says so
	timeout  INTEGER NOT NULL   -- how long a request of the holder can last, in milliseconds
) WITHOUT ROWID;
INSERT INTO leases SELECT 'instance ' || instance, epoch, holder, '', run, since, progress, 0, 0 FROM older_leases;
DROP TABLE older_leases;

-- A person has taken the file away: what is planned does not go until it is started anew.
ALTER TABLE runs ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET cancelled = COALESCE((SELECT at FROM notes WHERE id = (SELECT MAX(id) FROM notes WHERE run = runs.id AND seq = 0)
	AND kind = 'stop' AND iif(json_valid(CAST(reason AS TEXT)), CAST(reason AS TEXT) ->> '$.code', '') IN ('cancelled', 'changed')), 0) WHERE finished = 0;

-- The instance that a row is planned for; '' is whichever sends the run.
ALTER TABLE rows ADD COLUMN account TEXT NOT NULL DEFAULT '';
DROP INDEX rows_state;
CREATE INDEX rows_state ON rows (run, status, account);
