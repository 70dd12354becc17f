package spool

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// disk changes files below a folder in which others write, too. No link is followed, nothing
// is waited for, and what was opened is what is used.
type disk struct {
	root  *os.Root
	model fs.FileInfo // whose mode and group all gets that is made
	// intercept is called before each change. Where a test lets it fail, nothing is changed.
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
	return &disk{root, model, func(string, ...string) error { return nil }}, nil
}

// OpenFolder opens a folder below dir, and follows no link there.
func OpenFolder(dir, name string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return openFolder(root, name)
}

func openFolder(root *os.Root, name string) (*os.Root, error) {
	folder, err := root.OpenRoot(".")
	for part := range strings.SplitSeq(filepath.Clean(name), string(filepath.Separator)) {
		if err != nil {
			return nil, err
		}
		above := folder
		var info fs.FileInfo
		if info, err = above.Lstat(part); err == nil && !info.IsDir() {
			err = fault{"no-folder", name}
		}
		if err == nil {
			folder, err = above.OpenRoot(part)
		}
		above.Close()
	}
	return folder, err
}

func (d *disk) within(name string, do func(folder *os.Root, base string) error) error {
	folder, err := openFolder(d.root, filepath.Dir(name))
	if err != nil {
		return err
	}
	defer folder.Close()
	return do(folder, filepath.Base(name))
}

func (d *disk) stat(name string) (info fs.FileInfo, err error) {
	if info, err = d.root.Lstat(name); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return info, err
}

// regular returns nil where there is no ordinary file.
func (d *disk) regular(name string) (fs.FileInfo, error) {
	info, err := d.stat(name)
	if info != nil && !info.Mode().IsRegular() {
		return nil, nil
	}
	return info, err
}

// open opens an ordinary file. One that has a second name may be somebody else's.
func (d *disk) open(name string) (file *os.File, err error) {
	err = d.within(name, func(folder *os.Root, base string) error {
		before, err := folder.Lstat(base)
		if err == nil && (!before.Mode().IsRegular() || links(before) > 1) {
			err = fault{"no-file", name}
		}
		if err != nil {
			return err
		}
		if file, err = folder.OpenFile(base, os.O_RDONLY|syscall.O_NONBLOCK, 0); err != nil {
			return err
		}
		if after, err := file.Stat(); err != nil || !os.SameFile(before, after) {
			return errors.Join(fault{"exchanged", name}, err, file.Close())
		}
		return nil
	})
	return file, err
}

// readFile returns the beginning of a file, and nil if there is none.
func (d *disk) readFile(name string) (string, fs.FileInfo, error) {
	file, err := d.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 1<<20))
	info, errStat := file.Stat()
	return string(text), info, errors.Join(err, errStat)
}

func (d *disk) entries(dir string) ([]fs.DirEntry, error) {
	folder, err := openFolder(d.root, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return fs.ReadDir(folder.FS(), ".")
}

func (d *disk) foldedNames(dir string) (map[string]bool, error) {
	entries, err := d.entries(dir)
	names := map[string]bool{}
	for _, entry := range entries {
		names[fold(entry.Name())] = true
	}
	return names, err
}

func (d *disk) mkdir(name string) error {
	if name == "." {
		return nil
	}
	if err := d.mkdir(filepath.Dir(name)); err != nil {
		return err
	}
	if info, err := d.stat(name); err != nil || info != nil && info.IsDir() {
		return err
	} else if info != nil {
		return fault{"no-folder", name}
	}
	if err := d.intercept("mkdir", name); err != nil {
		return err
	}
	return d.within(name, func(above *os.Root, base string) error {
		err := above.Mkdir(base, 0o700)
		if err == nil {
			d.inherit(above, base, d.model.Mode()&(fs.ModePerm|fs.ModeSetgid|fs.ModeSticky)|0o700)
		}
		return err
	})
}

// inherit is not possible everywhere, and work goes on without. Lchown takes away setgid.
func (d *disk) inherit(above *os.Root, name string, mode fs.FileMode) {
	if gid, ok := groupOf(d.model); ok {
		_ = above.Lchown(name, -1, gid)
	}
	_ = above.Chmod(name, mode)
}

const tempName = ".new"

// writeFile makes or replaces a file, whole or not at all, durably.
func (d *disk) writeFile(name, text string, isPrivate bool) error {
	if err := d.intercept("write", name); err != nil {
		return err
	}
	return d.within(name, func(folder *os.Root, base string) error {
		temp := tempName
		if err := folder.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
			temp += rand.Text() // people have put a folder there
		}
		file, err := folder.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = file.WriteString(text)
		if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
			return err
		}
		if !isPrivate {
			d.inherit(folder, temp, d.model.Mode()&0o664|0o600)
		}
		if err := folder.Rename(temp, base); err != nil {
			return err
		}
		sync(folder, ".")
		return nil
	})
}

func (d *disk) rename(from, to string) error {
	err := d.intercept("rename", from, to)
	if err == nil {
		err = d.root.Rename(from, to)
	}
	if isCrossDevice(err) {
		return fault{"other-device", filepath.Dir(to)}
	}
	if err != nil {
		return err
	}
	sync(d.root, filepath.Dir(to))
	if filepath.Dir(from) != filepath.Dir(to) {
		sync(d.root, filepath.Dir(from))
	}
	return nil
}

func (d *disk) remove(name string) error {
	if info, err := d.stat(name); info == nil {
		return err
	}
	if err := d.intercept("remove", name); err != nil {
		return err
	}
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	sync(d.root, filepath.Dir(name))
	return nil
}

// sync makes a change of a folder durable, which some network file systems cannot.
func sync(root *os.Root, folder string) {
	if dir, err := root.OpenFile(folder, os.O_RDONLY|syscall.O_NONBLOCK, 0); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}

const bindingFile = "working/.ledger"

// Binding ties a folder to the ledger that knows what was sent from it. Zero: it has none yet.
type Binding struct {
	LedgerID string // which alone decides: folder and ledger may both move
	// For people, and what the ledger calls the folder. Both are "" where others can write them.
	LedgerPath, FolderID string
}

// ReadBinding returns the Binding of the folder dir.
func ReadBinding(dir string) (Binding, error) {
	d, err := openDisk(dir)
	if err != nil {
		return Binding{}, err
	}
	defer d.root.Close()
	text, info, err := d.readFile(bindingFile)
	lines := append(strings.Split(text, "\n"), "", "")
	b := Binding{LedgerID: word(lines[0])}
	if err == nil && info != nil && isPrivate(info) {
		b.LedgerPath, _ = strconv.Unquote(lines[1])
		b.FolderID = word(lines[2]) // older versions have a path here
	}
	return b, err
}

// word returns a text that may be an ID, else "": nothing else that was put there is told.
func word(text string) string {
	if len(text) > 32 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return ""
	}
	return text
}

// Write makes b the Binding of the folder dir. Only this user can read it.
func (b Binding) Write(dir string) error {
	d, err := openDisk(dir)
	if err != nil {
		return err
	}
	defer d.root.Close()
	if err := d.mkdir(working); err != nil {
		return err
	}
	return d.writeFile(bindingFile, fmt.Sprintf("%s\n%q\n%s\n", b.LedgerID, b.LedgerPath, b.FolderID), true)
}

// FolderOf returns the nearest folder above a file that has a Binding, "" if none has.
func FolderOf(file string) string {
	file, err := filepath.Abs(file)
	if err == nil {
		file, err = filepath.EvalSymlinks(file)
	}
	if err != nil {
		return ""
	}
	for dir := filepath.Dir(file); dir != file; file, dir = dir, filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, bindingFile)); err == nil {
			return dir
		}
	}
	return ""
}
