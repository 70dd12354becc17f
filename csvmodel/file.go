package csvmodel

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"regexp"
	"syscall"
	"unicode"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/xlsx"
)

// FileError says why a whole file is refused and what to do about it.
type FileError = msg.Refusal

func refuse(code msg.Code, args ...any) *FileError { return msg.Refuse(code, args...) }

// maxSize is the most bytes of a file: one that is mostly holes may have more than can be
// read in a lifetime.
const maxSize = 2 << 30

// Open opens an ordinary file for reading, and waits for nobody: a pipe, a device or
// another path that cannot be a file of contacts is a *FileError, and not opened.
func Open(path string) (*os.File, error) {
	file, err := openRegular(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse("file-missing").Because(err)
	case errors.Is(err, fs.ErrPermission):
		return nil, refuse("file-permission").Because(err)
	}
	return file, err
}

func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = CheckSize(info)
	}
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may be a pipe by now
	if err != nil {
		return nil, err
	}
	if info, err = file.Stat(); err == nil {
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
	{"MIME-Version:", "file-markup"},
	{"\x89PNG", "file-picture"},
	{"\xff\xd8\xff", "file-picture"},
	{"GIF8", "file-picture"},
}

// otherTexts are formats of which a header may have the first characters.
var otherTexts = []struct {
	pattern string
	code    msg.Code
}{
	{`^[\[{]\s*["\[{]`, "file-json"},
	{`^ID;P[A-Z0-9.]*(?:;[NE])*[\r\n]+(P;P|[BC];[XY]\d|F;|O;|NN;)`, "file-sylk"},
	{`^(?s:RIFF.{0,4}WEBP|[\x01-\x1f]?ftyp(hei|mif|avif|mp4|isom|qt))`, "file-picture"},
}

// checkMagic refuses a file of another format, which may begin with blank lines.
func checkMagic(file *bufio.Reader) error {
	start, err := file.Peek(2048)
	if err != nil && err != io.EOF {
		return err
	}
	start = bytes.ReplaceAll(start, []byte{0}, nil) // of UTF-16
	for _, mark := range []string{charset.BOM, "\xff\xfe", "\xfe\xff"} {
		start = bytes.TrimPrefix(start, []byte(mark))
	}
	start = bytes.TrimLeftFunc(start, unicode.IsSpace)
	for _, kind := range otherFormats {
		if bytes.HasPrefix(start, []byte(kind.magic)) {
			return refuse(kind.code)
		}
	}
	for _, kind := range otherTexts {
		if regexp.MustCompile(kind.pattern).Match(start) {
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

// Sheet is the text of a sheet of a workbook.
type Sheet = xlsx.Sheet

// OpenSheet opens the sheet of a workbook that the options name, or else the only one with
// rows, and returns the options with which its text is read. Of a file that is no workbook
// the Sheet is nil. A workbook that cannot be read is a *FileError.
func OpenSheet(file io.ReaderAt, size int64, opts Options) (*Sheet, Options, error) {
	sheet, err := xlsx.OpenSheet(file, size, opts.Sheet)
	if refused := (*FileError)(nil); errors.As(err, &refused) {
		refused.Cyrillic = hasCyrillic([]byte(refused.Error())) // the names of its sheets
	}
	if err != nil || sheet == nil {
		opts.Sheet = ""
		return nil, opts, err
	}
	opts.Encoding, opts.Delimiter, opts.Sheet, opts.notes = charset.UTF8, "", sheet.Name, sheet.Notes
	return sheet, opts, nil
}
