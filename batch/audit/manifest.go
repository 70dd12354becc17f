package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Suffix ends the path of a manifest, after the stem that all files of a run have.
const Suffix = ".manifest.json"

// manifestFormat is the version of the form of a Manifest.
const manifestFormat = 1

// Manifest is what is known of a run and its files at one time, to be held against
// them later. Each one names the one before it, whatever run that is of, so that
// none can be changed or taken out without all that follow. Its names are those of
// the JSON, in which they stand in this order; hashes are SHA-256 in hexadecimal.
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
	// Outcomes is over what became of all rows, in order and each with a salt of
	// its own; delivery is not in it.
	Outcomes string `json:"outcomes"`
	Note     int64  `json:"note"`  // the newest note of the ledger that it speaks for
	Notes    string `json:"notes"` // over those of the run until that one
	// Altered is what was otherwise, when this one was made, than the manifest of
	// the run before it says, and no note explains.
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

// encode returns the JSON of a manifest, and its hash, by which others name it.
func (m Manifest) encode() (text []byte, hash [32]byte, err error) {
	if text, err = json.MarshalIndent(m, "", "  "); err != nil {
		return nil, hash, err
	}
	text = append(text, '\n')
	return text, sha256.Sum256(text), nil
}

// ErrNewer says that a newer version of the program has made a manifest.
var ErrNewer = msg.Problem("error.manifest-newer", nil)

// Parse reads the JSON of a manifest.
func Parse(text []byte) (m Manifest, err error) {
	if err := json.Unmarshal(text, &m); err != nil {
		return m, msg.Problem("error.no-manifest", msg.Args{"Err": err})
	}
	if m.Format > manifestFormat {
		return m, ErrNewer
	}
	if m.Format < 1 {
		return m, msg.Problem("error.no-manifest-format", nil)
	}
	return m, nil
}

func (m *Manifest) setSeal(s ledger.Seal) {
	m.Counts, m.Outcomes, m.Note, m.Notes = s.Counts, Hex(s.Outcomes), s.Note, Hex(s.Notes)
	m.Run.Finished = s.Finished.UTC()
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
