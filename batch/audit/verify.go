package audit

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Verdict says whether something is as it was proven. The words are stable.
type Verdict string

const (
	Agrees  Verdict = "agrees"
	Differs Verdict = "differs"
	Remark  Verdict = "note" // neither
)

// Finding is one thing that Verify has looked at.
type Finding struct {
	Verdict Verdict
	Reason  msg.Reason
}

// Verification is what Verify finds.
type Verification struct {
	Findings []Finding
	Head     [32]byte // the hash of the newest manifest of the chain
	IsProven bool     // there is a manifest of the run
}

// Differences is how many things are not as they were proven.
func (v Verification) Differences() (n int) {
	for _, f := range v.Findings {
		if f.Verdict == Differs {
			n++
		}
	}
	return n
}

// Holds reports whether the run was proven and all is as it was then.
func (v Verification) Holds() bool { return v.IsProven && v.Differences() == 0 }

// Rows are the rows of the run as its files have them, in a language.
type Rows func(msg.Language) iter.Seq2[csvmodel.Result, error]

// Verify holds a run, even at work, and its files against the chain of manifests, of a damaged
// run the chain alone. Head is the hash of a manifest that was kept elsewhere, or nil.
func Verify(l *ledger.Ledger, run ledger.Run, damage *ledger.DamagedError, head *[32]byte, rows Rows) (Verification, error) {
	chain, err := readChain(l.Manifests(), run, head)
	if err == nil && chain.isNewer {
		err = errNewer
	}
	if err != nil {
		return Verification{}, err
	}
	result := Verification{Findings: chain.findings(head), Head: chain.head}
	if damage != nil {
		result.Findings = append(result.Findings, found(Differs, "proof.damaged", damage.What))
		return result, nil
	}
	v := verifier{l, run, chain, rows}
	files, err := v.checkFiles() // first: a run that is at work may make them anew
	if err != nil {
		return result, err
	}
	changed, err := v.checkRows()
	result.Findings, result.IsProven = slices.Concat(result.Findings, changed, files), chain.ofRun.ID != 0
	return result, err
}

type verifier struct {
	ledger *ledger.Ledger
	run    ledger.Run
	chain  *chain
	rows   Rows
}

func found(verdict Verdict, code msg.Code, args ...any) Finding {
	return Finding{verdict, msg.NewReason(code, args...)}
}

type chain struct {
	length  int
	head    [32]byte // the hash of the newest
	faults  []Finding
	altered []Finding // before manifests of the run were made, as they say
	after   int       // how many follow the one that was looked for; -1: it is not there

	ofRun   ledger.Manifest     // the newest of the run; ID 0: none
	ofFiles ledger.Manifest     // the newest about the files; ID 0: none
	outputs map[[32]byte]string // where the files are that manifests are about, by their hashes
	files   map[string]bool     // hashes of what manifests about these files name
	isNewer bool                // one was made by a newer version of the program
	// The files of ofFiles had all appeared: the next manifest says so, or a head was printed.
	isComplete bool
}

// readChain looks for the manifest with the hash wanted, which is nil for none.
func readChain(manifests iter.Seq2[ledger.Manifest, error], run ledger.Run, wanted *[32]byte) (*chain, error) {
	c := &chain{after: -1, outputs: map[[32]byte]string{}, files: map[string]bool{}}
	var before ledger.Manifest
	for link, err := range manifests {
		if err != nil {
			return nil, err
		}
		m, err := Parse(link.JSON) // the zero Manifest where it cannot be read
		c.isNewer = c.isNewer || errors.Is(err, errNewer)
		if fault := faultOf(before, link, m); !fault.IsZero() {
			c.faults = append(c.faults, Finding{Differs, fault})
		}
		if m.Altered != nil && m.Run.ID == run.ID {
			c.altered = append(c.altered, Finding{Differs, m.alteredReason()})
		}
		switch {
		case wanted != nil && link.Hash == *wanted:
			c.after = 0
		case c.after >= 0:
			c.after++
		}
		if c.ofFiles.ID == before.ID && m.Confirmed {
			c.isComplete = true
		}
		c.addFiles(link, m, run)
		before = link
		c.length++
	}
	c.head = before.Hash
	return c, nil
}

func (c *chain) addFiles(link ledger.Manifest, m Manifest, run ledger.Run) {
	c.outputs[link.Hash] = link.Output
	if link.Run == run.ID {
		c.ofRun = link
	}
	if link.Output != run.Output {
		return
	}
	c.ofFiles, c.isComplete, c.files[m.Results.SHA256], c.files[m.Report.SHA256] = link, c.after == 0, true, true
	if m.Fixme != nil {
		c.files[m.Fixme.SHA256] = true
	}
}

// faultOf is the zero Reason where nothing is wrong. Before the first one is the zero Manifest.
func faultOf(before, link ledger.Manifest, m Manifest) msg.Reason {
	first, last := int(before.ID+1), int(link.ID-1)
	switch {
	case sha256.Sum256(link.JSON) != link.Hash, m.Number != link.ID, m.Run.ID != link.Run:
		return msg.NewReason("proof.manifest", int(link.ID))
	case last > first:
		return msg.NewReason("proof.manifests-gone", first, last)
	case link.ID != before.ID+1:
		return msg.NewReason("proof.manifest-gone", first)
	case m.Previous != Hex(before.Hash) && link.ID == 1:
		return msg.NewReason("proof.manifest", 1)
	case m.Previous != Hex(before.Hash):
		return msg.NewReason("proof.manifest-link", int(before.ID))
	}
	return msg.Reason{}
}

func (m Manifest) alteredReason() msg.Reason {
	if m.Altered.Rows == 0 {
		return msg.NewReason("proof.altered", int(m.Number))
	}
	rows := make([]string, len(m.Altered.First))
	for i, row := range m.Altered.First {
		rows[i] = fmt.Sprint(row)
	}
	if len(rows) < m.Altered.Rows {
		rows = append(rows, "…")
	}
	return msg.NewReason("proof.altered-rows", int(m.Number), m.Altered.Rows, strings.Join(rows, ", "))
}

func (c *chain) findings(wanted *[32]byte) []Finding {
	all := c.faults
	if len(c.faults) == 0 && c.length > 0 {
		all = append(all, found(Agrees, "proof.chain", c.length))
	}
	switch {
	case wanted == nil:
		all = append(all, found(Remark, "proof.no-head"))
	case c.after < 0:
		all = append(all, found(Differs, "proof.head-gone"))
	case c.after == 0:
		all = append(all, found(Agrees, "proof.head-last"))
	default:
		all = append(all, found(Agrees, "proof.head", c.after))
	}
	return append(all, c.altered...)
}

// Unknown are the manifests in a folder that a ledger does not know: another one has sent, or
// it is an older copy. What they are about could go twice.
type Unknown struct {
	ledger    *ledger.Ledger
	manifests []unknownManifest
}

type unknownManifest struct {
	Manifest
	path     string
	isBeside bool // beside the files that are to be sent
}

// ledgerLetters are those of ids. Anybody can have written a manifest.
const ledgerLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// ErrUnknown says that something was sent, and that the ledger does not know it.
var ErrUnknown = msg.Problem("error.manifest-unknown", nil)

// FindUnknown reads the manifests of a folder at patterns of fs.Glob, but those of the sandbox.
func FindUnknown(l *ledger.Ledger, dir string, patterns ...string) (Unknown, error) {
	found := Unknown{ledger: l}
	root, err := os.OpenRoot(dir) // people write there, and may have put links to other places
	if err != nil {
		return found, nil // nobody can read it
	}
	defer root.Close()
	for _, pattern := range patterns {
		names, err := fs.Glob(folders{root}, pattern+Suffix)
		for _, name := range names {
			m, errRead := readUnknown(l, root, name)
			err = errors.Join(err, errRead)
			if m.Number > 0 && !m.Sandbox && strings.Trim(m.Ledger, ledgerLetters) == "" {
				found.manifests = append(found.manifests, unknownManifest{m, filepath.Join(dir, name), path.Dir(name) == "."})
			}
		}
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// folders is for fs.Glob. Unlike Root.FS it waits for no pipe that lies where a folder should.
type folders struct{ root *os.Root }

func (f folders) Open(name string) (fs.File, error) {
	return f.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// readUnknown returns the zero manifest if the ledger knows it or nobody can read it.
func readUnknown(l *ledger.Ledger, root *os.Root, name string) (Manifest, error) {
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return Manifest{}, nil
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || csvmodel.CheckSize(info) != nil {
		return Manifest{}, nil
	}
	text, errRead := io.ReadAll(io.LimitReader(file, maxManifest))
	m, errParse := Parse(text)
	if errRead != nil || errParse != nil && !errors.Is(errParse, errNewer) {
		return Manifest{}, nil
	}
	known, err := l.ManifestAt(m.Number)
	same, errSame := Parse(known.JSON)
	isSame := errSame == nil && m.Ledger == l.ID && m.Made.Equal(same.Made) // a copy that was written in another way
	if err != nil || known.Hash == sha256.Sum256(text) || isSame {
		return Manifest{}, err
	}
	return m, nil
}

const maxManifest = 1 << 20

func readManifest(path string) ([]byte, error) {
	file, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxManifest))
}

// CheckLedger returns an ErrUnknown if a manifest is of this very ledger, an older copy then.
func (u Unknown) CheckLedger() error {
	older := slices.DeleteFunc(slices.Clone(u.manifests), func(m unknownManifest) bool { return m.Ledger != u.ledger.ID })
	if len(older) == 0 {
		return nil
	}
	return msg.Problem("error.older-copy", msg.Args{"Manifest": older[0].path, "At": older[0].Made, "ID": u.ledger.ID, "Count": len(older),
		"Ledger": u.ledger.Path, "Err": ErrUnknown})
}

// Check returns an ErrUnknown if a manifest is of this very ledger, about this content, or beside
// the file and about its name, unless the ledger has sent all of the content after that; and if
// an unfinished run sends again what only another ledger knows.
func (u Unknown) Check(name string, content [32]byte) error {
	runs, err := u.ledger.RunsOf(content)
	if err != nil {
		return err
	}
	ended, err := u.ended(runs)
	if err != nil {
		return err
	}
	for _, m := range u.manifests {
		isOlder, isNamed := m.Ledger == u.ledger.ID, m.isBeside && m.Input.Name == name
		isSince := func(r ledger.Run) bool { return r.Started.After(m.Made) }
		switch {
		case !isOlder && !isNamed && m.Input.SHA256 != Hex(content), slices.ContainsFunc(ended, isSince):
		case isOlder:
			return u.CheckLedger()
		default:
			return msg.Problem("error.sent-elsewhere", msg.Args{"File": name, "Manifest": m.path, "At": m.Made, "ID": m.Ledger,
				"Ledger": u.ledger.Path, "Err": ErrUnknown})
		}
	}
	isFirst := func(r ledger.Run) bool { return !r.Again }
	if len(runs) > 0 && len(ended) == 0 && !slices.ContainsFunc(runs, isFirst) {
		return msg.Problem("error.again-left", msg.Args{"File": name, "At": runs[0].Started, "Err": ErrUnknown})
	}
	return nil
}

// ended returns those that have nothing left to do. Rows may have been settled since a start.
func (u Unknown) ended(runs []ledger.Run) (ended []ledger.Run, err error) {
	for _, run := range runs {
		counts, err := u.ledger.Counts(run.ID)
		if err != nil {
			return nil, err
		}
		if !run.Finished.IsZero() || !run.Planned.IsZero() && counts[csvmodel.Unsent]+counts[csvmodel.Unknown] == 0 {
			ended = append(ended, run)
		}
	}
	return ended, nil
}
