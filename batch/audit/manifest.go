// Package audit proves what became of a run, and finds what is not as it was proven.
//
// Prove makes a Manifest of a run, of its rows and of the files that are made from them,
// and adds it to the one chain that a ledger has of all its runs. Verify holds ledger and
// files against that chain. Whoever alters a row, a note, a file or a manifest makes a
// difference that it finds; an end that was cut off the chain it finds with the hash of a
// manifest that was kept elsewhere.
//
// What the program itself does is no difference: notes explain rows that went on, and a
// program that was killed leaves files which are older than the newest manifest.
package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"runtime"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Suffix ends the path of a manifest, after the stem that all files of a run have.
const Suffix = ".manifest.json"

const manifestFormat = 1

// Manifest is what is known of a run and its files at one time. Each names the one before it,
// whatever run that is of, so that none can be changed or taken out without all that follow.
// Fields stand in this order in the JSON; hashes are SHA-256 in hexadecimal.
type Manifest struct {
	Format   int    `json:"format"`
	Ledger   string `json:"ledger"`   // its id
	Number   int64  `json:"number"`   // in the ledger's chain, from 1
	Previous string `json:"previous"` // the hash of the one before; "" of the first
	// Confirmed says that the files of the one before had all appeared.
	Confirmed bool      `json:"confirmed,omitempty"`
	Made      time.Time `json:"made"`
	Versions  Versions  `json:"versions"`
	Sandbox   bool      `json:"sandbox,omitempty"` // the service was an imitation

	Run      RunOrigin       `json:"run"`
	Settings json.RawMessage `json:"settings"` // of the newest start
	Language string          `json:"language"` // of sentences in the files

	Input   FileSum  `json:"input"`
	Results FileSum  `json:"results"`
	Fixme   *FileSum `json:"fixme,omitempty"`
	Report  FileSum  `json:"report"`

	Counts csvmodel.Counts `json:"counts"`
	// Outcomes is over all rows but their delivery, in order and each with a salt of its own.
	Outcomes string `json:"outcomes"`
	Note     int64  `json:"note"`  // the newest note of the ledger that it speaks for
	Notes    string `json:"notes"` // over those of the run until that one
	// Altered is what was otherwise than the run's manifest before says, and no note explains.
	Altered *Altered `json:"altered,omitempty"`
}

// Versions are those of the program that made a manifest.
type Versions struct {
	Program string `json:"program"`
	Go      string `json:"go"`
}

// RunOrigin says which run it was, and by whom.
type RunOrigin struct {
	ID       int64     `json:"id"`
	Machine  string    `json:"machine"`
	User     string    `json:"user"`
	Version  string    `json:"version"` // of the program
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"` // something is left to do if it is not there
}

// FileSum is a file by its name, wherever it is, and its hash.
type FileSum struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// Altered is what somebody has changed in the ledger.
type Altered struct {
	Rows   int   `json:"rows"`
	First  []int `json:"first"`  // as a spreadsheet shows them
	Record bool  `json:"record"` // what was kept to compare the rows with
	Notes  bool  `json:"notes"`
}

func (m Manifest) encode() (text []byte, hash [32]byte, err error) {
	if text, err = json.MarshalIndent(m, "", "  "); err != nil {
		return nil, hash, err
	}
	text = append(text, '\n')
	return text, sha256.Sum256(text), nil
}

var errNewer = msg.Problem("error.manifest-newer", nil)

// Parse reads the JSON of a manifest.
func Parse(text []byte) (m Manifest, err error) {
	if err := json.Unmarshal(text, &m); err != nil {
		return m, msg.Problem("error.no-manifest", msg.Args{"Err": err})
	}
	if m.Format > manifestFormat {
		return m, errNewer
	}
	if m.Format < 1 {
		return m, msg.Problem("error.no-manifest-format", nil)
	}
	return m, nil
}

// Hex is a hash as a manifest has it, "" for none.
func Hex(hash [32]byte) string {
	if hash == [32]byte{} {
		return ""
	}
	return hex.EncodeToString(hash[:])
}

// ParseHash reads what Hex has written.
func ParseHash(text string) (hash [32]byte, err error) {
	bytes, err := hex.DecodeString(text)
	if err != nil || len(bytes) != len(hash) {
		return hash, msg.Problem("usage.head-hash", msg.Args{"Value": text})
	}
	return [32]byte(bytes), nil
}

// New returns what a manifest says of a run before its files are made.
func New(run ledger.Run, version string, language msg.Language, sandbox bool) Manifest {
	return Manifest{
		Format: manifestFormat, Sandbox: sandbox, Settings: run.Settings, Language: string(language),
		Versions: Versions{Program: version, Go: runtime.Version()},
		Run:      RunOrigin{ID: run.ID, Machine: run.Machine, User: run.User, Version: run.Version, Started: run.Started.UTC().Truncate(time.Millisecond)},
		Input:    FileSum{Name: run.Name, SHA256: Hex(run.Content)},
	}
}

// Prove adds a manifest to the end of the chain: one of New with the files, and the Seal of the
// rows from before. What was altered since the run's manifest before stands in it.
func Prove(l *ledger.Ledger, run ledger.Run, seal ledger.Seal, m Manifest) (proof ledger.Manifest, err error) {
	m.Ledger = l.ID
	if m.Altered, err = alteredSince(l, run); err != nil {
		return proof, err
	}
	for {
		before, err := l.NewestManifest()
		if err != nil {
			return proof, err
		}
		if m.Confirmed, err = l.OutputConfirmed(before.Hash); err != nil {
			return proof, err
		}
		now := time.Now()
		m.Number, m.Previous, m.Made = before.ID+1, Hex(before.Hash), now.UTC()
		m.Counts, m.Outcomes, m.Note, m.Notes = seal.Counts, Hex(seal.Outcomes), seal.Note, Hex(seal.Notes)
		m.Run.Finished = seal.Finished.UTC()
		proof = ledger.Manifest{Run: run.ID, At: now, Output: run.Output}
		if proof.JSON, proof.Hash, err = m.encode(); err != nil {
			return proof, err
		}
		// Others may add theirs at the same time.
		if err = l.AddManifest(&proof, seal, before); !errors.Is(err, ledger.ErrConflict) {
			return proof, err
		}
		if seal, err = l.Seal(run.ID); err != nil {
			return proof, err
		}
	}
}

func alteredSince(l *ledger.Ledger, run ledger.Run) (*Altered, error) {
	proof, c, err := changesSince(l, run)
	if err == nil && proof.ID == 0 {
		var trace string
		trace, err = traceOf(l, run)
		c.Record = trace != ""
	}
	if err != nil || !c.isAny() {
		return nil, err
	}
	return &c.Altered, nil
}

// Current returns the newest manifest about the files of a run if nothing that is worth a new
// one, which would be m, has happened since, and its files are there. Else ID is 0.
func Current(l *ledger.Ledger, run ledger.Run, m Manifest, counts csvmodel.Counts, stop msg.Reason) (ledger.Manifest, error) {
	note, errNote := l.LastNote()
	now, errNow := l.Run(run.ID) // after the note: it may have been started again
	proof, errProof := l.NewestManifestAt(run.Output)
	newest, errNewest := l.NewestManifestOf(run.ID) // perhaps about other files
	notes, errNotes := l.Notes(run.ID, 0)
	old, errOld := Parse(proof.JSON)
	last, errLast := Parse(newest.JSON)
	resends, errResends := l.CountResends(run, old.Note)
	delivered, errDelivered := l.CountDeliveryChanges(run.ID, old.Note)
	why := stopAt(notes, math.MaxInt64)
	isSame := errOld == nil && errLast == nil && proof.Run == run.ID && old.Language == m.Language && old.Sandbox == m.Sandbox &&
		old.Input == m.Input && isSameJSON(old.Settings, m.Settings) && isSameJSON(last.Settings, m.Settings) &&
		old.Outcomes == last.Outcomes && last.Run.Finished.Equal(now.Finished) && resends+delivered == 0 &&
		why == stopAt(notes, old.Note) && (stop.IsZero() || why == stop.Text(msg.English))
	for _, status := range csvmodel.Statuses {
		isSame = isSame && old.Counts[status] == counts[status]
	}
	err := errors.Join(errNote, errNow, errProof, errNewest, errNotes, errResends, errDelivered)
	if err != nil || !isSame || !old.hasFiles(proof) {
		return ledger.Manifest{}, err
	}
	_, c, err := changesSince(l, run) // last: it reads all rows
	if err != nil || c.isAny() || c.later > 0 {
		return ledger.Manifest{}, err
	}
	return proof, l.CheckManifest(newest.ID, note)
}

func stopAt(notes []ledger.Note, newest int64) (why string) {
	for _, n := range notes {
		if n.ID > newest {
			break
		}
		if why = ""; n.Kind == ledger.NoteStop {
			why = n.Reason.Text(msg.English)
		}
	}
	return why
}

func (m Manifest) hasFiles(proof ledger.Manifest) bool {
	for _, file := range []*FileSum{&m.Results, &m.Report, cmp.Or(m.Fixme, &m.Report)} {
		is, err := checksum(filepath.Join(filepath.Dir(proof.Output), file.Name))
		if err != nil || Hex(is) != file.SHA256 {
			return false
		}
	}
	_, is, err := copyOf(proof.Output, proof.Hash)
	return err == nil && is == proof.Hash
}
