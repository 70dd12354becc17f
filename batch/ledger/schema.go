package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
)

// schema has one step per version. A step that has been released is never
// changed: what comes later is a further step. Times are milliseconds since
// 1970, UTC; zero is never.
var schema = []string{
	`
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
`,
	`
-- What is remarkable about a valid row: []csvmodel.Reason as JSON.
ALTER TABLE rows ADD COLUMN remarks BLOB NOT NULL DEFAULT '';

-- The files that were written: one that is otherwise was changed by a person.
CREATE TABLE outputs (
	path    TEXT PRIMARY KEY,
	content BLOB NOT NULL,    -- of the run that it was written for
	sum     BLOB NOT NULL,    -- SHA-256
	before  BLOB NOT NULL     -- of the file that it replaces, in case it never appeared
) WITHOUT ROWID;
`,
	`
CREATE TABLE rests (
	instance TEXT PRIMARY KEY,
	state    TEXT NOT NULL,     -- the service's word for why it rests
	since    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX rows_intended ON rows (instance, intended) WHERE intended > 0;
`,
	`
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
`,
	`
-- With all that says which cards went: a day's can be many.
DROP INDEX rows_intended;
CREATE INDEX rows_went ON rows (instance, intended, status, accepted) WHERE intended > 0;
`,
}

// indexes are for what each start asks of a run: it shall not read all rows for it.
var indexes = map[string]string{
	"rows_state":   "CREATE INDEX IF NOT EXISTS rows_state ON rows (run, status)",
	"rows_by_hand": "CREATE INDEX IF NOT EXISTS rows_by_hand ON rows (instance, intended) WHERE learned = 'person'",
}

// fillMeta gives a new ledger its name and the key of its cards.
func fillMeta(ctx context.Context, tx *sql.Tx) error {
	key := make([]byte, 32)
	rand.Read(key)
	for name, value := range map[string][]byte{"id": []byte(rand.Text()), "card-key": key} {
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?)", name, value); err != nil {
			return err
		}
	}
	return nil
}
