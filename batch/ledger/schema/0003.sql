CREATE TABLE rests (
	instance TEXT PRIMARY KEY,
	state    TEXT NOT NULL,     -- the service's word for why it rests
	since    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX rows_intended ON rows (instance, intended) WHERE intended > 0;
