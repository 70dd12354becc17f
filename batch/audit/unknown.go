package audit

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// Unknown are the manifests in a folder that a ledger does not know: it is another one
// than that which sent, or an older copy. What they are about could go twice.
type Unknown struct {
	ledger    *ledger.Ledger
	manifests []unknownManifest
}

type unknownManifest struct {
	Manifest
	path     string
	isBeside bool // beside the files that are to be sent
}

// ErrUnknown says that a file was sent, and that the ledger does not know it.
var ErrUnknown = msg.Problem("error.manifest-unknown", nil)

// FindUnknown reads the manifests of a folder that are at one of the patterns of
// fs.Glob. Those of the sandbox count for nothing, nor do files that are no manifests.
func FindUnknown(l *ledger.Ledger, dir string, patterns ...string) (Unknown, error) {
	found := Unknown{ledger: l}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return found, err
	}
	defer root.Close()
	for _, pattern := range patterns {
		paths, err := fs.Glob(root.FS(), pattern+Suffix)
		if err != nil {
			return found, err
		}
		for _, name := range paths {
			m, err := readUnknown(l, root, name)
			if err != nil {
				return found, err
			}
			if m.Number > 0 && !m.Sandbox {
				found.manifests = append(found.manifests, unknownManifest{m, filepath.Join(dir, name), path.Dir(name) == "."})
			}
		}
	}
	return found, nil
}

// readUnknown returns the manifest in a file, or the zero one if the ledger knows it or
// nobody can read it.
func readUnknown(l *ledger.Ledger, root *os.Root, name string) (m Manifest, err error) {
	text, err := readRegular(root, name)
	if err != nil {
		return m, nil
	}
	if m, err = Parse(text); err != nil && !errors.Is(err, ErrNewer) {
		return Manifest{}, nil
	}
	known, err := l.ManifestAt(m.Number)
	if err != nil || known.Hash == sha256.Sum256(text) {
		return Manifest{}, err
	}
	if same, err := Parse(known.JSON); err == nil && m.Ledger == l.ID() && m.Made.Equal(same.Made) {
		return Manifest{}, nil // its copy was written in another way
	}
	return m, nil
}

// maxManifest is more than a manifest of ours has.
const maxManifest = 1 << 20

// readRegular reads an ordinary file, and waits for no other.
func readRegular(root *os.Root, name string) ([]byte, error) {
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	return io.ReadAll(io.LimitReader(file, maxManifest))
}

// Check returns an error that is ErrUnknown, and says how to go on, if one of the manifests
// is about a file with this content, or about an earlier content of this name. It is nil
// where the ledger has sent the content after that.
func (u Unknown) Check(name string, content [32]byte) error {
	runs, err := u.ledger.RunsOf(content)
	if err != nil {
		return err
	}
	for _, m := range u.manifests {
		isNamed := m.Input.Name == name && (m.isBeside || m.Ledger == u.ledger.ID())
		if (isNamed || m.Input.SHA256 == Hex(content)) && (len(runs) == 0 || !runs[0].Started.After(m.Made)) {
			return msg.Problem("error.sent-elsewhere", msg.Args{"File": name, "Manifest": m.path, "At": m.Made, "ID": m.Ledger,
				"Ledger": u.ledger.Path(), "Err": ErrUnknown})
		}
	}
	return nil
}
