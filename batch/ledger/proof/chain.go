// Package proof keeps what shows that the record of a run was altered: the chain of manifests,
// digests of rows, and what was written where.
package proof

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
)

// Base is the ledger.
type Base struct {
	Reader    query.Source
	Committer *commit.Committer
	// Stored and Localize are of paths, which have a machine's name in a ledger that several share.
	Stored   func(path string) string
	Localize func(paths ...*string)
	// SettleNotes waits for notes with smaller numbers than one that is read.
	SettleNotes func() error
}

// Chain is what the ledger keeps. Its methods may be called concurrently.
type Chain struct{ base Base }

// New returns the Chain of a ledger.
func New(b Base) *Chain { return &Chain{b} }

// State is where a row stands. All statuses of the results file but unsent are
// states; a row that is planned is shown as unsent, one that is intended as
// unknown.
type State string

// The states that are no statuses.
const (
	Planned  State = "planned"
	Intended State = "intended"
)

// Status is the state as the results file shows it.
func (s State) Status() csvmodel.Status {
	switch s {
	case Planned:
		return csvmodel.Unsent
	case Intended:
		return csvmodel.Unknown
	}
	return csvmodel.Status(s)
}

// Manifest is one of the chain that the ledger keeps, over all runs.
type Manifest struct {
	ID     int64 // its place in the chain, from 1; 0: there is none
	Run    int64
	At     time.Time
	Output string // path and stem of the files that it is about, where they are now, as of Run
	JSON   []byte
	Hash   [32]byte // SHA-256 of JSON
	// Checked is the newest note of the ledger when all was last found to be as it says;
	// 0: not since it was made.
	Checked int64

	series int64
}

const manifestColumns = "id, run, at, output, json, hash, series"

func (c *Chain) scanManifest(s query.Scanner) (m Manifest, err error) {
	err = s.Scan(&m.ID, &m.Run, query.AsTime(&m.At), &m.Output, &m.JSON, query.BytesColumn(m.Hash[:]), &m.series, &m.Checked)
	c.base.Localize(&m.Output)
	return m, err
}

// AddManifest adds a manifest, made of a Seal of its run, to the chain behind the one
// before, and sets its ID. ErrConflict: another is there, or the Seal is not the newest.
func (c *Chain) AddManifest(m *Manifest, s Seal, before Manifest) error {
	return c.base.Committer.Submit(commit.Write{Do: func(on query.Statements) error {
		err := commit.Expect(on, `INSERT INTO manifests (`+manifestColumns+`) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE (SELECT COALESCE(MAX(id), 0) FROM manifests) = ?1 - 1
AND (SELECT COUNT(*) FROM imprints WHERE run = ?2 AND series = ?7) = ?8 ON CONFLICT DO NOTHING`,
			before.ID+1, m.Run, query.Millis(m.At), c.base.Stored(m.Output), m.JSON, m.Hash[:], s.series, s.Parts)
		if err != nil {
			return err
		}
		m.ID, m.series = before.ID+1, s.series
		return on.Exec("DELETE FROM imprints WHERE run = ? AND series <> ?", m.Run, s.series)
	}})
}

// Manifests goes through the chain from its beginning.
func (c *Chain) Manifests() iter.Seq2[Manifest, error] {
	return query.Each(c.base.Reader, c.scanManifest, "SELECT "+manifestColumns+", checked FROM manifests ORDER BY id")
}

// NewestManifest returns the end of the chain.
func (c *Chain) NewestManifest() (Manifest, error) { return c.manifest("") }

// NewestManifestOf returns the newest manifest of a run.
func (c *Chain) NewestManifestOf(run int64) (Manifest, error) {
	return c.manifest("WHERE run = ?", run)
}

// CheckManifest records that all is as a manifest says, as of this note.
func (c *Chain) CheckManifest(id, note int64) error {
	return c.base.Committer.Expect("UPDATE manifests SET checked = ? WHERE id = ?", note, id)
}

// ManifestAt returns the manifest at this place of the chain.
func (c *Chain) ManifestAt(id int64) (Manifest, error) { return c.manifest("WHERE id = ?", id) }

// ManifestWith returns the manifest of this hash.
func (c *Chain) ManifestWith(hash [32]byte) (Manifest, error) {
	return c.manifest("WHERE hash = ?", hash[:])
}

// NewestManifestAt returns the newest manifest about files with this stem.
func (c *Chain) NewestManifestAt(output string) (Manifest, error) {
	return c.manifest("WHERE output = ?", c.base.Stored(output))
}

// manifest returns the newest of these; the zero Manifest if there is none.
func (c *Chain) manifest(which string, args ...any) (Manifest, error) {
	return query.First(c.base.Reader, nil, c.scanManifest, "SELECT "+manifestColumns+", checked FROM manifests "+which+" ORDER BY id DESC LIMIT 1", args...)
}

// RecordOutput records that a file with this SHA-256 is about to appear at path, for a run
// of this content, in place of one with that of before.
func (c *Chain) RecordOutput(path string, content, sum, before [32]byte) error {
	return c.base.Committer.Exec(`INSERT INTO outputs VALUES (?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET content = excluded.content, sum = excluded.sum, before = excluded.before`,
		c.base.Stored(path), content[:], sum[:], before[:])
}

// ConfirmOutput records that the file of RecordOutput is at its path: another file in
// its place is not the program's.
func (c *Chain) ConfirmOutput(path string) error {
	return c.base.Committer.Exec("UPDATE outputs SET before = sum WHERE path = ?", c.base.Stored(path))
}

// OutputConfirmed reports whether a confirmed output has this SHA-256.
func (c *Chain) OutputConfirmed(sum [32]byte) (bool, error) {
	return query.Value[bool](c.base.Reader, "SELECT EXISTS (SELECT 1 FROM outputs WHERE sum = ?1 AND before = ?1)", sum[:])
}

// Output returns the SHA-256 of the file that was written to path for a run of this
// content, if any, and of the one before. They are the same after ConfirmOutput.
func (c *Chain) Output(path string, content [32]byte) (sum, before [32]byte, err error) {
	scan := query.Into(func(*struct{}) []any { return []any{query.BytesColumn(sum[:]), query.BytesColumn(before[:])} })
	_, err = query.First(c.base.Reader, nil, scan, "SELECT sum, before FROM outputs WHERE path = ? AND content = ?", c.base.Stored(path), content[:])
	return sum, before, err
}

// OutputUnchanged reports whether this SHA-256 is one of those of Output.
func (c *Chain) OutputUnchanged(path string, content, sum [32]byte) (bool, error) {
	written, before, err := c.Output(path, content)
	return err == nil && (sum == written || sum == before), err
}

// Seal is what a manifest says of the rows of a run.
type Seal struct {
	Outcomes [32]byte // SHA-256 of the digests of all rows, in order
	Counts   csvmodel.Counts
	Note     int64    // the ledger's newest note when the rows were looked at
	Notes    [32]byte // SHA-256 of the run's notes up to that one
	Finished time.Time

	Parts int // of DigestsPerPart, in which they are kept

	series int64
}

// DigestsPerPart is how many digests are kept together: each part waits for the disk.
const DigestsPerPart = 8192

// Seal keeps the digests of all rows of a run for the manifest that is made of it.
func (c *Chain) Seal(run int64) (Seal, error) {
	// The note first: what is noted while the rows are looked at comes after it.
	note, errNote := c.LastNote()
	notes, errNotes := c.SumNotes(run, note)
	finished, errRun := query.First(c.base.Reader, nil, query.ScanTime, "SELECT finished FROM runs WHERE id = ?", run)
	s := Seal{Counts: csvmodel.Counts{}, Note: note, Notes: notes, Finished: finished, series: rand.Int64()}
	err := errors.Join(errNote, errNotes, errRun)
	if err == nil {
		err = c.keepDigests(run, &s)
	}
	return s, err
}

// LastNote returns the number of the newest note of all.
func (c *Chain) LastNote() (int64, error) {
	note, err := query.Value[int64](c.base.Reader, "SELECT COALESCE(MAX(id), 0) FROM notes")
	if err == nil {
		err = c.base.SettleNotes() // smaller numbers may be under way
	}
	return note, err
}

func (c *Chain) keepDigests(run int64, s *Seal) error {
	sum := sha256.New()
	part := make([]byte, 0, DigestsPerPart*digestSize)
	keep := func() error {
		sum.Write(part)
		digests := part
		part = part[:0]
		s.Parts++
		return c.base.Committer.Exec("INSERT INTO imprints (run, series, marks) VALUES (?, ?, ?)", run, s.series, digests)
	}
	for row, err := range c.digestRows(run) {
		if err != nil {
			return err
		}
		s.Counts[row.After.Status()]++
		if part = append(part, row.digest[:]...); len(part) == cap(part) {
			if err := keep(); err != nil {
				return err
			}
		}
	}
	err := keep()
	sum.Sum(s.Outcomes[:0])
	return err
}

// keptDigests returns the digests that are kept for a manifest, the newest one of its run,
// and their SHA-256.
func (c *Chain) keptDigests(m Manifest) (digests []rowDigest, sum [32]byte, err error) {
	hash := sha256.New()
	for part, err := range query.Each(c.base.Reader, query.Cell[sql.RawBytes], "SELECT marks FROM imprints WHERE run = ? AND series = ? ORDER BY id", m.Run, m.series) {
		if err != nil {
			return nil, sum, err
		}
		hash.Write(part)
		for digest := range slices.Chunk(part, digestSize) {
			digests = append(digests, rowDigest{})
			copy(digests[len(digests)-1][:], digest)
		}
	}
	hash.Sum(sum[:0])
	return digests, sum, nil
}

// NoteColumns are those of a note. Manifests rely on them.
const NoteColumns = "id, at, run, seq, instance, kind, attempt, reason"

// SumNotes returns the SHA-256 of the notes of a run up to this one.
func (c *Chain) SumNotes(run, upTo int64) (sum [32]byte, err error) {
	hash := sha256.New()
	cells := make([]sql.RawBytes, 8)
	scan := query.Into(func(*struct{}) []any { return pointers(cells) })
	for _, err := range query.Each(c.base.Reader, scan, "SELECT "+NoteColumns+" FROM notes WHERE run = ? AND id <= ? ORDER BY id", run, upTo) {
		if err != nil {
			return sum, err
		}
		query.WriteCells(hash, cells)
	}
	hash.Sum(sum[:0])
	return sum, nil
}

// rowDigest is the state of a row, and a hash of its card and outcome, without the delivery,
// that is keyed with the row's salt.
type rowDigest [digestSize]byte

const digestSize = 1 + 16

// digestedColumns are the columns that a digest is of. Manifests rely on them: none
// is added, and none is taken out.
const digestedColumns = "seq, row, line, source, chat, phone, first, middle, last, company, quoted, " +
	"status, code, args, remarks, instance, attempt, intended, skew, ended, accepted, message, learned"

// stateMarks are the first bytes of digests.
var stateMarks = map[State]byte{
	Planned: 'p', Intended: 't', State(csvmodel.Accepted): 'a', State(csvmodel.Duplicate): 'd', State(csvmodel.Suppressed): 's',
	State(csvmodel.Invalid): 'i', State(csvmodel.Rejected): 'r', State(csvmodel.Unknown): 'u',
}

// state is that of the row; "" if it was none that is known.
func (d rowDigest) state() State {
	for state, mark := range stateMarks {
		if mark == d[0] {
			return state
		}
	}
	return ""
}

func pointers(cells []sql.RawBytes) []any {
	all := make([]any, len(cells))
	for i := range cells {
		all[i] = &cells[i]
	}
	return all
}

type digestedRow struct {
	RowChange // as if it was new
	digest    rowDigest
}

func (c *Chain) digestRows(run int64) iter.Seq2[digestedRow, error] {
	var salt sql.RawBytes
	cells := make([]sql.RawBytes, 1+strings.Count(digestedColumns, ","))
	scan := func(s query.Scanner) (r digestedRow, err error) {
		err = s.Scan(append([]any{&r.Seq, &r.Number, &r.Line, &r.After, &salt}, pointers(cells)...)...)
		mac := hmac.New(sha256.New, salt)
		query.WriteCells(mac, cells)
		r.digest[0] = stateMarks[r.After]
		copy(r.digest[1:], mac.Sum(nil))
		return r, err
	}
	return query.Each(c.base.Reader, scan, "SELECT seq, row, line, status, salt, "+digestedColumns+" FROM rows WHERE run = ? ORDER BY seq", run)
}

// RowChange is a row that is not what it was when a manifest was made.
type RowChange struct {
	Seq          int64
	Number, Line int   // 0 where the row is gone
	Before       State // "": it was not there
	After        State // "": it is gone
}

// RowChanges calls report for every row of the run that is not as its newest manifest found
// it. It returns the Outcomes of the manifest's Seal, from the digests that are kept.
func (c *Chain) RowChanges(m Manifest, report func(RowChange) error) (outcomes [32]byte, err error) {
	digests, outcomes, err := c.keptDigests(m)
	if err != nil {
		return outcomes, err
	}
	seq := int64(1) // of the next digest: its place says it
	reportGone := func(end int64) error {
		for ; seq < min(end, int64(len(digests))+1); seq++ {
			if err := report(RowChange{Seq: seq, Before: digests[seq-1].state()}); err != nil {
				return err
			}
		}
		return nil
	}
	for row, err := range c.digestRows(m.Run) {
		if err == nil {
			err = reportGone(row.Seq)
		}
		change := row.RowChange
		switch isKept := seq == row.Seq && row.Seq <= int64(len(digests)); {
		case err != nil:
			return outcomes, err
		case isKept && digests[seq-1] == row.digest:
			seq++
			continue
		case isKept:
			change.Before = digests[seq-1].state()
			seq++
		}
		if err := report(change); err != nil {
			return outcomes, err
		}
	}
	return outcomes, reportGone(math.MaxInt64)
}
