package spool

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// redo makes all moves of a record that are not made yet. What is not there any
// more was moved before, or somebody has taken it away.
func (d *disk) redo(r *record) error {
	for _, m := range r.Moves {
		from, to := string(m.From), string(m.To)
		if err := d.move(from, to, r.copying(filepath.Dir(to))); err != nil {
			return err
		}
	}
	return nil
}

// move moves an ordinary file to a place that is free. Where there is a copy of it
// already, the move was cut short, and only the original is left to take away.
// Where there is another file, this one was moved before and what has its name is
// a new one.
func (d *disk) move(from, to, copying string) error {
	source, err := d.ordinary(from)
	if err != nil {
		return err
	}
	there, err := d.has(to)
	switch {
	case err != nil:
		return err
	case source == nil:
		return d.remove(copying)
	case !there:
		return d.transfer(from, to, copying)
	}
	same, err := d.same(from, to)
	if err != nil || !same {
		return err
	}
	return d.remove(from)
}

// transfer is rename, by way of a copy where the places are on two devices.
func (d *disk) transfer(from, to, copying string) error {
	err := d.rename(from, to)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	if err := d.copy(from, copying); err != nil {
		return errors.Join(err, d.remove(copying))
	}
	if err := d.rename(copying, to); err != nil {
		return err
	}
	return d.remove(from)
}

// errChanging says that a file was written to while it was copied.
var errChanging = errors.New("it is being written to")

// copy makes a whole copy, with mode, group and time of the original.
func (d *disk) copy(from, to string) error {
	source, err := d.open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	before, err := source.Stat()
	if err != nil {
		return err
	}
	if err := d.copyText(source, to); err != nil {
		return err
	}
	after, err := source.Stat()
	if err != nil {
		return err
	}
	if !sameState(before, after) {
		return errChanging
	}
	if gid, ok := group(before); ok {
		_ = d.root.Lchown(to, -1, gid)
	}
	_ = d.root.Chmod(to, before.Mode().Perm())
	return d.root.Chtimes(to, time.Time{}, before.ModTime())
}

func (d *disk) copyText(source io.Reader, to string) error {
	if err := d.remove(to); err != nil {
		return err
	}
	file, err := d.root.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, source)
	if err == nil {
		err = d.change("copied", to)
	}
	return errors.Join(err, file.Sync(), file.Close())
}

func sameState(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// same reports whether one file is a copy of the other. Times are kept to two
// seconds by some file systems.
func (d *disk) same(a, b string) (bool, error) {
	fileA, err := d.open(a)
	if err != nil {
		return false, err
	}
	defer fileA.Close()
	fileB, err := d.open(b)
	if err != nil {
		return false, err
	}
	defer fileB.Close()
	infoA, errA := fileA.Stat()
	infoB, errB := fileB.Stat()
	if err := errors.Join(errA, errB); err != nil {
		return false, err
	}
	apart := infoA.ModTime().Sub(infoB.ModTime()).Abs()
	if infoA.Size() != infoB.Size() || apart > 2*time.Second {
		return false, nil
	}
	return sameText(bufio.NewReader(fileA), bufio.NewReader(fileB))
}

func sameText(a, b io.ByteReader) (bool, error) {
	for {
		byteA, errA := a.ReadByte()
		byteB, errB := b.ReadByte()
		switch {
		case errA == io.EOF && errB == io.EOF:
			return true, nil
		case errA == io.EOF || errB == io.EOF || errA == nil && errB == nil && byteA != byteB:
			return false, nil
		case errA != nil || errB != nil:
			return false, errors.Join(errA, errB)
		}
	}
}
