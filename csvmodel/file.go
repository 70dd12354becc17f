package csvmodel

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

// FileError says why a whole file is refused and what to do about it.
type FileError = msg.Refusal

func refuse(code msg.Code, args ...any) *FileError { return msg.Refuse(code, args...) }

// maxSize is the most bytes of a file: one that is mostly holes may have more than can be
// read in a lifetime.
const maxSize = 2 << 30

// Open opens an ordinary file for reading, and waits for nobody: a pipe, a device or
// another path that cannot be a file of contacts is a *FileError.
func Open(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse("file-missing").Because(err)
	case errors.Is(err, fs.ErrPermission):
		return nil, refuse("file-permission").Because(err)
	case err != nil:
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		err = CheckSize(info)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// CheckSize returns a *FileError for what is no ordinary file, or larger than 2 GiB.
func CheckSize(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return refuse("file-folder")
	case !info.Mode().IsRegular():
		return refuse("file-irregular")
	case info.Size() > maxSize:
		return refuse("file-large")
	}
	return nil
}

var otherFormats = []struct {
	magic string
	code  msg.Code
}{
	{"PK\x03\x04", "file-workbook"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file-old-workbook"},
	{"%PDF", "file-pdf"},
	{"\x1f\x8b", "file-compressed"},
	{"BEGIN:VCARD", "file-vcard"},
	{"{\\rtf", "file-rtf"},
	{"<", "file-markup"},
}

func checkMagic(file *bufio.Reader) error {
	start, err := file.Peek(16)
	if err != nil && err != io.EOF {
		return err
	}
	start = bytes.TrimPrefix(start, []byte(charset.BOM))
	for _, kind := range otherFormats {
		if bytes.HasPrefix(start, []byte(kind.magic)) {
			return refuse(kind.code)
		}
	}
	return nil
}

// Checksum returns the SHA-256 of a file that Open opens.
func Checksum(path string) (sum [32]byte, err error) {
	file, err := Open(path)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	return Sum(file)
}

// Sum returns the SHA-256 of what is read.
func Sum(r io.Reader) (sum [32]byte, err error) {
	hash := sha256.New()
	_, err = io.Copy(hash, r)
	hash.Sum(sum[:0])
	return sum, err
}
