CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
	id       INTEGER PRIMARY KEY,
	content  BLOB NOT NULL,     -- SHA-256 of the file
	options  BLOB NOT NULL,     -- SHA-256 of what else decides how it is read
	path     TEXT NOT NULL,     -- absolute, when it was last run
	name     TEXT NOT NULL,
	output   TEXT NOT NULL,     -- absolute path and stem of what is written for it
	form     BLOB NOT NULL,     -- csvmodel.Form as JSON
	settings BLOB NOT NULL,     -- of the newest start, as JSON
	again    INTEGER NOT NULL,  -- 1: sends once more what runs of this content have sent
	machine  TEXT NOT NULL,
	user     TEXT NOT NULL,
	version  TEXT NOT NULL,
	total    INTEGER NOT NULL,  -- rows of the file, set with planned
	started  INTEGER NOT NULL,
	planned  INTEGER NOT NULL,  -- all rows are in
	finished INTEGER NOT NULL   -- nothing was left to do
);
CREATE INDEX runs_content ON runs (content);

CREATE TABLE rows (
	run      INTEGER NOT NULL,
	seq      INTEGER NOT NULL,  -- place among the rows of the file, from 1
	row      INTEGER NOT NULL,  -- what a spreadsheet shows
	line     INTEGER NOT NULL,  -- on which it begins
	source   BLOB NOT NULL,     -- the record's text as it stood
	chat     TEXT NOT NULL,
	phone    TEXT NOT NULL,
	first    TEXT NOT NULL,
	middle   TEXT NOT NULL,
	last     TEXT NOT NULL,
	company  TEXT NOT NULL,
	quoted   TEXT NOT NULL,
	card     BLOB NOT NULL,     -- claim key: keyed hash of the seven
	salt     BLOB NOT NULL,
	status   TEXT NOT NULL,
	code     TEXT NOT NULL,
	args     BLOB NOT NULL,     -- []csvmodel.Reason as JSON
	instance TEXT NOT NULL,     -- of the newest attempt
	attempt  INTEGER NOT NULL,
	intended INTEGER NOT NULL,
	skew     INTEGER NOT NULL,  -- the service's clock less ours then, in milliseconds
	ended    INTEGER NOT NULL,
	accepted INTEGER NOT NULL,
	message  TEXT NOT NULL,     -- idMessage
	learned  TEXT NOT NULL,     -- how it was learned
	delivery TEXT NOT NULL,
	delivered_at INTEGER NOT NULL,
	PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE INDEX rows_open ON rows (instance, status) WHERE status IN ('intended', 'unknown');
CREATE INDEX rows_message ON rows (message) WHERE message <> '';

CREATE TABLE claims (
	card BLOB PRIMARY KEY,
	run  INTEGER NOT NULL,
	seq  INTEGER NOT NULL,
	at   INTEGER NOT NULL,
	-- who held it before it was taken over; gets it back with what was not taken
	run_before INTEGER NOT NULL,
	seq_before INTEGER NOT NULL,
	at_before  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE chats (
	instance TEXT NOT NULL,
	lid      TEXT NOT NULL,
	chat     TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (instance, lid)
) WITHOUT ROWID;

CREATE TABLE leases (
	instance TEXT PRIMARY KEY,
	epoch    INTEGER NOT NULL,
	holder   TEXT NOT NULL,
	run      INTEGER NOT NULL,
	since    INTEGER NOT NULL,
	progress INTEGER NOT NULL   -- the newest outcome
) WITHOUT ROWID;

CREATE TABLE notes (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	at       INTEGER NOT NULL,
	run      INTEGER NOT NULL,
	seq      INTEGER NOT NULL,  -- 0: of the whole run
	instance TEXT NOT NULL,
	kind     TEXT NOT NULL,
	attempt  INTEGER NOT NULL,
	reason   BLOB NOT NULL      -- csvmodel.Reason as JSON
);
CREATE INDEX notes_row ON notes (run, seq);
