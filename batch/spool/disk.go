package spool

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// disk changes files below a folder. Names are relative to it.
type disk struct {
	root  *os.Root
	model fs.FileInfo // whose mode and group all gets that is made
	// intercept is called before each change, and its error keeps the change from being
	// made: for tests, nil otherwise.
	intercept func(change string, names ...string) error
}

func openDisk(dir string) (*disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	model, err := root.Stat(".")
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &disk{root: root, model: model}, nil
}

func (d *disk) announce(change string, names ...string) error {
	if d.intercept == nil {
		return nil
	}
	return d.intercept(change, names...)
}

// stat returns what has that name, a link too, nil if nothing has.
func (d *disk) stat(name string) (fs.FileInfo, error) {
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return info, err
}

// regular returns the ordinary file of that name, nil if there is none.
func (d *disk) regular(name string) (fs.FileInfo, error) {
	info, err := d.stat(name)
	if info != nil && !info.Mode().IsRegular() {
		return nil, nil
	}
	return info, err
}

// open opens an ordinary file for reading. A link or pipe that has taken its
// place meanwhile is neither followed nor waited for.
func (d *disk) open(name string) (*os.File, error) {
	before, err := d.root.Lstat(name)
	if err == nil && !before.Mode().IsRegular() {
		err = fault{"no-file", name}
	}
	if err != nil {
		return nil, err
	}
	file, err := d.root.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	if after, err := file.Stat(); err != nil || !os.SameFile(before, after) {
		return nil, errors.Join(fault{"exchanged", name}, err, file.Close())
	}
	return file, nil
}

// entries are what is in a folder, in order of name; nothing if it is not there.
func (d *disk) entries(dir string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(d.root.FS(), filepath.ToSlash(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return entries, err
}

// foldedNames are those of the entries of a folder, folded.
func (d *disk) foldedNames(dir string) (map[string]bool, error) {
	entries, err := d.entries(dir)
	names := map[string]bool{}
	for _, entry := range entries {
		names[fold(entry.Name())] = true
	}
	return names, err
}

// mkdir makes a folder with those above it. Any of them that is there must be
// one, and not a link to one.
func (d *disk) mkdir(name string) error {
	if above := filepath.Dir(name); above != "." {
		if err := d.mkdir(above); err != nil {
			return err
		}
	}
	info, err := d.stat(name)
	switch {
	case info != nil && !info.IsDir():
		return fault{"no-folder", name}
	case info != nil || err != nil:
		return err
	}
	if err := d.announce("mkdir", name); err != nil {
		return err
	}
	if err := d.root.Mkdir(name, 0o700); err != nil {
		return err
	}
	d.inherit(name, d.model.Mode()&(fs.ModePerm|fs.ModeSetgid)|0o700)
	return nil
}

// inherit gives a name the group of the folder, and the mode. Neither is possible
// everywhere, and work goes on without. A change of group takes away setgid.
func (d *disk) inherit(name string, mode fs.FileMode) {
	if gid, ok := groupOf(d.model); ok {
		_ = d.root.Lchown(name, -1, gid)
	}
	_ = d.root.Chmod(name, mode)
}

// tempName is what a file is called while it is written.
const tempName = ".new"

// writeFile makes or replaces a file, whole or not at all, on disk when it returns.
func (d *disk) writeFile(name, text string) error {
	temp := filepath.Join(filepath.Dir(name), tempName)
	if err := d.announce("write", temp); err != nil {
		return err
	}
	_ = d.root.Remove(temp) // which a killed run has left
	file, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	d.inherit(temp, d.model.Mode()&0o666|0o600)
	return d.rename(temp, name)
}

// rename is durable when it returns, where the file system can do that.
func (d *disk) rename(from, to string) error {
	err := d.announce("rename", from, to)
	if err == nil {
		err = d.root.Rename(from, to)
	}
	if isCrossDevice(err) {
		return fault{"other-device", filepath.Dir(to)}
	}
	if err != nil {
		return err
	}
	d.syncDir(to)
	if filepath.Dir(from) != filepath.Dir(to) {
		d.syncDir(from)
	}
	return nil
}

// remove takes a file or an empty folder away, if it is there.
func (d *disk) remove(name string) error {
	if info, err := d.stat(name); info == nil {
		return err
	}
	if err := d.announce("remove", name); err != nil {
		return err
	}
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	d.syncDir(name)
	return nil
}

// syncDir makes a change of the folder that a name is in durable. Some network
// file systems cannot, and then the server does what it does.
func (d *disk) syncDir(name string) {
	dir, err := d.root.Open(filepath.Dir(name))
	if err != nil {
		return
	}
	defer dir.Close()
	_ = dir.Sync()
}

// readFile is the text of a small file, "" if it is not there.
func (d *disk) readFile(name string) (string, error) {
	file, err := d.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	return string(text), err
}
