package audit

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
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
	isSame := errSame == nil && m.Ledger == l.ID() && m.Made.Equal(same.Made) // a copy that was written in another way
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

// CheckLedger returns an error that is ErrUnknown if one of the manifests is of this very
// ledger: it is an older copy then, and no file may be sent with it.
func (u Unknown) CheckLedger() error {
	older := slices.DeleteFunc(slices.Clone(u.manifests), func(m unknownManifest) bool { return m.Ledger != u.ledger.ID() })
	if len(older) == 0 {
		return nil
	}
	return msg.Problem("error.older-copy", msg.Args{"Manifest": older[0].path, "At": older[0].Made, "ID": u.ledger.ID(), "Count": len(older),
		"Ledger": u.ledger.Path(), "Err": ErrUnknown})
}

// Check returns an error that is ErrUnknown if one of the manifests is of this very ledger, is
// about a file with this content, or lies beside it and is about an earlier content of this
// name, unless the ledger has sent all of the content after that. An unfinished run that sends
// again what only another ledger knows is such an error, too.
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
		isOlder, isNamed := m.Ledger == u.ledger.ID(), m.isBeside && m.Input.Name == name
		isSince := func(r ledger.Run) bool { return r.Started.After(m.Made) }
		switch {
		case !isOlder && !isNamed && m.Input.SHA256 != Hex(content), slices.ContainsFunc(ended, isSince):
		case isOlder:
			return u.CheckLedger()
		default:
			return msg.Problem("error.sent-elsewhere", msg.Args{"File": name, "Manifest": m.path, "At": m.Made, "ID": m.Ledger,
				"Ledger": u.ledger.Path(), "Err": ErrUnknown})
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
