package csvmodel

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// FileError says why a whole file is refused and what to do about it, in one
// sentence that goes after the file's name.
type FileError struct {
	Sentence string
	Err      error // what the system said, if it was asked; may be nil
}

func (e *FileError) Error() string { return e.Sentence }

func (e *FileError) Unwrap() error { return e.Err }

func refuse(sentence string) *FileError { return &FileError{Sentence: sentence} }

// Open opens a file of contacts for reading. A path that cannot be one, such as
// a directory or the name of no file, is a *FileError.
func Open(path string) (*os.File, error) {
	file, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &FileError{"there is no such file: check the name and the folder", err}
	case errors.Is(err, fs.ErrPermission):
		return nil, &FileError{"may not be read: give the user who runs this the permission to read it", err}
	case err != nil:
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = refuse("is a directory: name a CSV file in it")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

const saveAsCSV = ": in the spreadsheet choose Save As and there CSV UTF-8"

// notTables are the first bytes of files that get uploaded in place of a CSV.
var notTables = []struct{ magic, sentence string }{
	{"PK\x03\x04", "is an Excel workbook (XLSX) or a ZIP archive, not a CSV file" + saveAsCSV},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook (XLS), not a CSV file" + saveAsCSV},
	{"%PDF", "is a PDF, not a CSV file: save the table it was made from as CSV UTF-8"},
	{"\x1f\x8b", "is compressed (gzip): unpack it first"},
	{"BEGIN:VCARD", "is a vCard, not a CSV file: export the contacts as CSV"},
	{"{\\rtf", "is a text document (RTF), not a CSV file" + saveAsCSV},
	{"<", "is a web page or XML, not a CSV file" + saveAsCSV},
}

// checkMagic refuses a file that is of another kind by its first bytes.
func checkMagic(file *bufio.Reader) error {
	start, err := file.Peek(16)
	if err != nil && err != io.EOF {
		return err
	}
	start = bytes.TrimPrefix(start, []byte(bom))
	for _, kind := range notTables {
		if bytes.HasPrefix(start, []byte(kind.magic)) {
			return refuse(kind.sentence)
		}
	}
	return nil
}
