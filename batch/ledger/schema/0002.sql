-- What is remarkable about a valid row: []csvmodel.Reason as JSON.
ALTER TABLE rows ADD COLUMN remarks BLOB NOT NULL DEFAULT '';

-- The files that were written: one that is otherwise was changed by a person.
CREATE TABLE outputs (
	path    TEXT PRIMARY KEY,
	content BLOB NOT NULL,    -- of the run that it was written for
	sum     BLOB NOT NULL,    -- SHA-256
	before  BLOB NOT NULL     -- of the file that it replaces, in case it never appeared
) WITHOUT ROWID;
