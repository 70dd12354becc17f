package ledger

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Run is one file's content as it was read in one way. The same content read
// in the same way again is the same run, unless Again is wanted.
type Run struct {
	ID      int64
	Content [32]byte // SHA-256 of the file
	Options [32]byte // SHA-256 of what else decides how it is read
	// Path, Name and Output, the path and stem of what is written, are those of the newest
	// start, or of the place at which the run was looked for. Paths are absolute, but for those
	// of another machine: they begin with its name and a colon.
	Path, Name, Output string

	Layout   csvmodel.Layout
	Settings json.RawMessage // of the newest start
	Again    bool            // sends once more what runs of this content have sent
	Rows     int             // of the file, known when it is planned
	Started  time.Time
	Planned  time.Time // zero: not all rows are in
	Finished time.Time // zero: something remains to be done

	Machine, User, Version string
}

const runColumns = "id, content, options, path, name, output, form, settings, again, machine, \"user\", version, total, started, planned, finished"

// ErrNoRun is returned where no run fits.
var ErrNoRun = msg.Problem("ledger.no-run", nil)

// ErrNoRow is returned where no row fits.
var ErrNoRow = msg.Problem("ledger.no-row", nil)

func (l *Ledger) scanRun(s query.Scanner) (Run, error) {
	var (
		r                                       Run
		form                                    []byte
		again, rows, started, planned, finished number
	)
	err := s.Scan(&r.ID, query.BytesColumn(r.Content[:]), query.BytesColumn(r.Options[:]), &r.Path, &r.Name, &r.Output, &form, (*[]byte)(&r.Settings), &again,
		&r.Machine, &r.User, &r.Version, &rows, &started, &planned, &finished)
	if err != nil {
		return Run{}, err
	}
	l.localize(&r.Path, &r.Output)
	r.Again, r.Rows = again.value != 0, int(rows.value)
	r.Started, r.Planned, r.Finished = query.FromMillis(started.value), query.FromMillis(planned.value), query.FromMillis(finished.value)
	switch {
	case again.damaged || again.value&^1 != 0:
		return r, &DamagedError{r.ID, "again"}
	case rows.damaged:
		return r, &DamagedError{r.ID, "total"}
	case started.damaged || planned.damaged || finished.damaged:
		return r, &DamagedError{r.ID, "times"}
	case json.Unmarshal(form, &r.Layout) != nil:
		return r, &DamagedError{r.ID, "form"}
	}
	return r, nil
}

// DamagedError says that the record of a run was altered and cannot be read. The Run that
// comes with it has the rest.
type DamagedError struct {
	Run  int64
	What string // the ledger's name for it
}

func (e *DamagedError) Error() string { return e.Text(msg.English) }

// Text is the error in a language.
func (e *DamagedError) Text(l msg.Language) string {
	return msg.Text(l, "ledger.damaged", msg.Args{"Run": int(e.Run), "What": e.What})
}

// number is a column that holds one, unless it was altered.
type number struct {
	value   int64
	damaged bool
}

func (n *number) Scan(src any) error {
	value, ok := src.(int64)
	n.value, n.damaged = value, !ok
	return nil
}

// RunsOf returns the runs of this content, newest first.
func (l *Ledger) RunsOf(content [32]byte) ([]Run, error) {
	return query.All(l.reader, l.scanRun, "SELECT "+runColumns+" FROM runs WHERE content = ? ORDER BY id DESC", content[:])
}

// NewestRunAt returns the first of RunsAt.
func (l *Ledger) NewestRunAt(path string) (Run, error) {
	return query.First(l.reader, ErrNoRun, l.scanRun, runsAt, l.stored(path))
}

// Run returns the run with this number.
func (l *Ledger) Run(id int64) (Run, error) {
	return query.First(l.reader, ErrNoRun, l.scanRun, "SELECT "+runColumns+" FROM runs WHERE id = ?", id)
}

// RunsAt returns the runs of the file at this absolute path with their places there, by
// their starts, newest first.
func (l *Ledger) RunsAt(path string) ([]Run, error) {
	return query.All(l.reader, l.scanRun, runsAt, l.stored(path))
}

// PlacesOf returns a run once for each of its places, that of its newest start first.
func (l *Ledger) PlacesOf(run int64) ([]Run, error) {
	return query.All(l.reader, l.scanRun, strings.Replace(runsAt, "p.path = ?", "p.run = ?", 1), run)
}

var runsAt = "SELECT " + strings.Replace(runColumns, "path, name, output", "p.path, p.name, p.output", 1) +
	" FROM places p JOIN runs ON runs.id = p.run WHERE p.path = ? ORDER BY p.at DESC, id DESC"

// NewestRunNamed returns the newest planned run before another one whose outputs have this
// stem, without their folder. ID is 0 if there is none.
func (l *Ledger) NewestRunNamed(stem string, before int64) (Run, error) {
	return query.First(l.reader, nil, l.scanRun, "SELECT "+runColumns+" FROM runs WHERE id < ?1 AND planned <> 0 AND substr(output, 1 + length(output) - length(?2)) = ?2 ORDER BY id DESC",
		before, string(os.PathSeparator)+stem)
}

// RunsNamed returns the planned runs after another one of files with this stem.
func (l *Ledger) RunsNamed(stem string, after int64) ([]Run, error) {
	return query.All(l.reader, l.scanRun, "SELECT "+runColumns+" FROM runs WHERE id > ?1 AND planned <> 0 AND substr(name, 1, length(?2)) = ?2 AND substr(name, length(?2) + 1) NOT LIKE '%.%' ORDER BY id",
		after, stem+".")
}

// SentBefore returns when the newest card went of a run that has nothing left to send, if
// none has gone since it was last started in its place; else the zero time.
func (l *Ledger) SentBefore(r Run) (time.Time, error) {
	return query.First(l.reader, nil, query.ScanTime, `SELECT COALESCE(
CASE WHEN ?3 BETWEEN 1 AND place.at THEN (SELECT MAX(accepted) FROM rows WHERE run = ?1 HAVING MAX(accepted) BETWEEN 1 AND place.at) END,
CASE WHEN NOT EXISTS (SELECT 1 FROM rows INDEXED BY rows_state WHERE run = ?1 AND status = 'accepted') THEN
	(SELECT MAX(claims.at) FROM rows INDEXED BY rows_state JOIN claims USING (card) WHERE rows.run = ?1 AND status = 'duplicate' AND claims.run <> ?1) END, 0)
FROM (SELECT MAX(at) AS at FROM places WHERE run = ?1 AND output = ?2) place`, r.ID, l.stored(r.Output), query.Millis(r.Finished))
}

// NamesOf returns the names that the file of a run had.
func (l *Ledger) NamesOf(run int64) ([]string, error) {
	return query.All(l.reader, query.Cell[string], "SELECT DISTINCT name FROM places WHERE run = ?", run)
}

// Runs returns the newest runs, newest first.
func (l *Ledger) Runs(limit int) ([]Run, error) {
	return query.All(l.reader, l.scanRun, "SELECT "+runColumns+" FROM runs ORDER BY id DESC LIMIT ?", limit)
}

// OutputTaken reports whether outputs with this stem belong to another content.
func (l *Ledger) OutputTaken(stem string, content [32]byte) (taken, ours bool, err error) {
	owners, err := query.First(l.reader, nil, query.ScanPair[bool, bool],
		"SELECT COALESCE(MAX(CASE WHEN content <> ?1 THEN 1 ELSE 0 END), 0), COALESCE(MAX(CASE WHEN content = ?1 THEN 1 ELSE 0 END), 0) FROM places p JOIN runs ON runs.id = p.run WHERE p.output = ?2", content[:], l.stored(stem))
	return owners.Key, owners.Value, err
}

// CreateRun adds a run without rows and sets its number.
func (l *Lease) CreateRun(r *Run) error {
	form, err := json.Marshal(r.Layout)
	if err != nil {
		return err
	}
	again := 0
	if r.Again {
		again = 1
	}
	return l.commit(func(t *tx) {
		r.ID, t.err = query.Value[int64](t, "INSERT INTO runs ("+strings.TrimPrefix(runColumns, "id, ")+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
			r.Content[:], r.Options[:], t.ledger.stored(r.Path), r.Name, t.ledger.stored(r.Output), form, []byte(r.Settings), again, r.Machine, r.User, r.Version,
			r.Rows, query.Millis(r.Started), query.Millis(r.Planned), query.Millis(r.Finished))
		t.addPlace(*r, r.Started)
		l.setRun(t, r.ID)
	})
}

func (t *tx) addPlace(r Run, at time.Time) {
	t.exec("INSERT INTO places VALUES (?, ?, ?, ?, ?) ON CONFLICT (run, path, output) DO UPDATE SET name = excluded.name, at = excluded.at", r.ID, t.ledger.stored(r.Path), r.Name, t.ledger.stored(r.Output), query.Millis(at))
}

// RestartRun records where and how a run goes on. Rows that are duplicate, suppressed,
// rejected, or unknown as the same line of an earlier run is, become planned again; one that
// was given up only where the run was finished, so that a person must have started it.
func (l *Lease) RestartRun(r Run) error {
	return l.commit(func(t *tx) {
		t.addPlace(r, time.Now())
		l.setRun(t, r.ID)
		t.exec(`UPDATE rows INDEXED BY rows_state SET status = 'planned', code = '', args = '' WHERE run = ?1 AND status IN ('duplicate', 'suppressed', 'rejected')
AND (code <> ?2 OR (SELECT finished FROM runs WHERE id = ?1) <> 0)`, r.ID, string(msg.GivenUp))
		var doubted []Row
		scan := query.Into(func(r *Row) []any { return []any{&r.Seq, &r.Instance, &r.Attempt, query.AsJSON(&r.Reasons)} })
		doubted, t.err = query.All(t, scan, "SELECT seq, instance, attempt, args FROM rows INDEXED BY rows_state WHERE run = ? AND status = 'unknown' AND code = ?", r.ID, string(msg.DuplicateDoubt))
		for _, row := range doubted {
			t.note(Note{At: time.Now(), Run: r.ID, Seq: row.Seq, Instance: row.Instance, Kind: NoteSettled, Attempt: row.Attempt, Reason: row.Reasons[0]})
		}
		t.exec("UPDATE rows INDEXED BY rows_state SET status = 'planned', code = '', args = '' WHERE run = ? AND status = 'unknown' AND code = ?", r.ID, string(msg.DuplicateDoubt))
		t.expect("UPDATE runs SET path = ?, name = ?, output = ?, settings = ?, finished = 0, cancelled = 0 WHERE id = ?",
			t.ledger.stored(r.Path), r.Name, t.ledger.stored(r.Output), []byte(r.Settings), r.ID)
	})
}

// CancelRun records that no more of a run goes, whoever is at work on it, before RestartRun.
func (l *Ledger) CancelRun(run int64, at time.Time) error {
	return l.exec("UPDATE runs SET cancelled = ? WHERE id = ? AND finished = 0", query.Millis(at), run)
}

// IsCancelled reports whether no more of a run goes.
func (l *Ledger) IsCancelled(run int64) (bool, error) {
	return query.Value[bool](l.reader, "SELECT cancelled <> 0 FROM runs WHERE id = ?", run)
}

// MoveRun records that the file of a run and its outputs were moved from its place.
func (l *Ledger) MoveRun(r Run, path, output string) error {
	return l.commit(func(t *tx) {
		for _, update := range []string{
			"DELETE FROM outputs WHERE ?3 <> ?5 AND path IN (SELECT ?5 || substr(path, 1 + length(?3)) FROM outputs WHERE substr(path, 1, length(?3) + 1) = ?3 || '.')",
			"UPDATE outputs SET path = ?5 || substr(path, 1 + length(?3)) WHERE substr(path, 1, length(?3) + 1) = ?3 || '.'",
			"UPDATE manifests SET output = ?5 WHERE run = ?1 AND output = ?3",
			"DELETE FROM places WHERE run = ?1 AND path = ?4 AND output = ?5 AND (path <> ?2 OR output <> ?3) AND EXISTS (SELECT 1 FROM places WHERE run = ?1 AND path = ?2 AND output = ?3)",
			"UPDATE places SET path = ?4, output = ?5 WHERE run = ?1 AND path = ?2 AND output = ?3",
			"UPDATE runs SET path = ?4, output = ?5 WHERE id = ?1 AND path = ?2 AND output = ?3",
		} {
			t.exec(update, r.ID, l.stored(r.Path), l.stored(r.Output), l.stored(path), l.stored(output))
		}
	})
}

// pathColumns are all that have paths, but for the folders in meta.
var pathColumns = []struct{ table, name, key string }{{"outputs", "path", "path"}, {"manifests", "output", "id"}, {"runs", "path", "id"},
	{"runs", "output", "id"}, {"places", "path", "run, path, output"}, {"places", "output", "run, path, output"}}

// MoveFolder records that a folder with files or outputs was moved. Paths are absolute.
func (l *Ledger) MoveFolder(from, to string) error {
	from, to = l.stored(from)+string(os.PathSeparator), l.stored(to)+string(os.PathSeparator)
	return l.commit(func(t *tx) {
		for _, column := range pathColumns {
			moved := fmt.Sprintf("?2 || substr(%s, 1 + length(?1))", column.name)
			which := fmt.Sprintf(" WHERE ?1 <> ?2 AND substr(%s, 1, length(?1)) = ?1", column.name)
			if key := strings.Replace(column.key, column.name, moved, 1); key != column.key { // others may be in the way
				t.exec("DELETE FROM "+column.table+" WHERE ("+column.key+") IN (SELECT "+key+" FROM "+column.table+which+")", from, to)
			}
			t.exec("UPDATE "+column.table+" SET "+column.name+" = "+moved+which, from, to)
		}
	})
}

// DropPlan removes the rows of a run whose plan is not complete.
func (l *Lease) DropPlan(run int64) error {
	return l.exec("DELETE FROM rows WHERE run = ?1 AND (SELECT planned FROM runs WHERE id = ?1) = 0", run)
}

// CompletePlan records that all rows of the run are in, and how many the file has.
func (l *Lease) CompletePlan(run int64, rows int, at time.Time) error {
	return l.expect("UPDATE runs SET total = ?, planned = ? WHERE id = ?", rows, query.Millis(at), run)
}

// NewestRunFor returns the run that was started last of those that write this output.
func (l *Ledger) NewestRunFor(output string) (Run, error) {
	return query.First(l.reader, ErrNoRun, l.scanRun, strings.Replace(runsAt, "p.path = ?", "p.output = ?", 1), l.stored(output))
}

// FinishOthers finishes the other runs of the run's content when it is at its end. Those
// that send the content again go on unless again is set.
func (l *Ledger) FinishOthers(run int64, again bool, at time.Time) error {
	return l.exec("UPDATE runs SET finished = ?1 WHERE content = (SELECT content FROM runs WHERE id = ?2) AND id <> ?2 AND finished = 0 AND (?3 OR again = 0)",
		query.Millis(at), run, again)
}

// FinishRun records that nothing of the run remains to be done, unless that is recorded.
func (l *Ledger) FinishRun(run int64, at time.Time) error {
	return l.exec("UPDATE runs SET finished = ? WHERE id = ? AND finished = 0", query.Millis(at), run)
}
