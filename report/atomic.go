package report

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Place is where a file is to be written.
type Place struct {
	Stem, Suffix string // of its path; a number goes between them where the name is taken
	Mode         fs.FileMode
	Record       Record // nil: nothing there is ours
	Replace      bool   // also what a person has changed
	// Open opens the folder of that path. Where it is nil, links to the folder are followed.
	Open func(folder string) (*os.Root, error)
}

// Record remembers the files that were written: one that a person has changed stays.
type Record interface {
	// Ours reports whether this program has left the file at path with this SHA-256.
	Ours(path string, sum [32]byte) (bool, error)
	// Remember is called before a file appears at path, in place of one with that of before.
	Remember(path string, sum, before [32]byte) error
}

// Draft is a file that is written whole beside its place. Publish lets it appear.
type Draft struct {
	Path   string // where it is to appear
	SHA256 [32]byte

	folder *os.Root
	file   *os.File // nil: none yet
	temp   string   // its name until then
	record Record
	before [32]byte // the SHA-256 of the file at Path; zero: there is none
}

// Draft writes a file of what content gives, which may be asked for twice. A file that
// somebody else has made or changed keeps its name, and this one gets another.
func (p Place) Draft(content func(io.Writer) error) (*Draft, error) {
	folder, err := p.folder()
	if err != nil {
		return nil, p.failed(err)
	}
	d := &Draft{folder: folder, record: p.Record}
	if d.Path, d.before, err = p.path(folder, content); err == nil {
		err = d.create(p.Mode)
	}
	if err == nil {
		d.SHA256, err = copied(d.file, content)
	}
	if err != nil {
		d.Discard()
		return nil, p.failed(err)
	}
	return d, nil
}

func (p Place) failed(err error) error {
	return msg.Problem("error.written", msg.Args{"Place": p.Stem + p.Suffix, "Err": err})
}

func (d *Draft) create(mode fs.FileMode) (err error) {
	d.temp = "." + filepath.Base(d.Path) + rand.Text()[:16]
	if d.file, err = d.folder.OpenFile(d.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return err
	}
	info, err := d.file.Stat()
	if err == nil && info.Mode().Perm() != mode {
		err = d.file.Chmod(mode)
	}
	return err
}

func (p Place) folder() (*os.Root, error) {
	open := p.Open
	if open == nil {
		open = os.OpenRoot
	}
	return open(filepath.Dir(p.Stem))
}

// Publish lets the file appear, whole and on disk. One with this content already stays.
func (d *Draft) Publish() error {
	if d.record != nil {
		if err := d.record.Remember(d.Path, d.SHA256, d.before); err != nil {
			return err
		}
	}
	if d.before == d.SHA256 {
		return d.cleanUp()
	}
	if err := errors.Join(d.file.Sync(), d.file.Close()); err != nil {
		return err
	}
	if err := d.folder.Rename(d.temp, filepath.Base(d.Path)); err != nil {
		return err
	}
	return syncFolder(d.folder)
}

func (d *Draft) cleanUp() error { return errors.Join(d.file.Close(), d.folder.Remove(d.temp)) }

// syncFolder makes a rename durable. On Windows, which cannot be told to write a folder to
// disk, a power cut may undo it; the file that was there before is whole.
func syncFolder(folder *os.Root) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := folder.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// Discard removes a file that has not appeared. For nil it does nothing.
func (d *Draft) Discard() {
	if d == nil {
		return
	}
	if d.file != nil {
		d.cleanUp()
	}
	d.folder.Close()
}

func copied(w io.Writer, content func(io.Writer) error) (sum [32]byte, err error) {
	hash := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(w, hash), 1<<16)
	if err := content(buffered); err != nil {
		return sum, err
	}
	err = buffered.Flush()
	hash.Sum(sum[:0])
	return sum, err
}

// path is the first name that is free, or of a file of ours or with this content already.
func (p Place) path(folder *os.Root, content func(io.Writer) error) (string, [32]byte, error) {
	var sum [32]byte
	for n := 1; ; n++ {
		path, there, ours, err := p.look(folder, n)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && ours, p.Replace && errors.Is(err, errIrregular):
			return path, there, nil
		case errors.Is(err, errIrregular):
			continue
		}
		if err == nil && n == 1 {
			sum, err = copied(io.Discard, content)
		}
		if err != nil || there == sum {
			return path, there, err
		}
	}
}

// Withdraw takes away what was written at a place, unless somebody has changed it since.
func Withdraw(p Place) error {
	folder, err := p.folder()
	if err != nil {
		return err
	}
	defer folder.Close()
	p.Replace = false
	for n := 1; ; n++ {
		path, _, ours, err := p.look(folder, n)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, errIrregular):
			continue
		case err == nil && ours:
			err = folder.Remove(filepath.Base(path))
		}
		if err != nil {
			return err
		}
	}
}

func (p Place) look(folder *os.Root, n int) (path string, sum [32]byte, ours bool, err error) {
	path = p.Stem + p.Suffix
	if n > 1 {
		path = p.Stem + "-" + strconv.Itoa(n) + p.Suffix
	}
	sum, err = checksum(folder, filepath.Base(path))
	if err == nil && p.Record != nil && !p.Replace {
		ours, err = p.Record.Ours(path, sum)
	}
	return path, sum, ours || p.Replace, err
}

var errIrregular = errors.New("irregular") // a link, a pipe and the like

func checksum(folder *os.Root, name string) (sum [32]byte, err error) {
	info, err := folder.Lstat(name)
	if err == nil && csvmodel.CheckSize(info) != nil {
		err = errIrregular
	}
	if err != nil {
		return sum, err
	}
	file, err := folder.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	if now, err := file.Stat(); err != nil || !os.SameFile(info, now) {
		return sum, errors.Join(errIrregular, err)
	}
	return csvmodel.Sum(file)
}
