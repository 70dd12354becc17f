package csvmodel

import (
	"bufio"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"errors"
	"io"
)

// UTF8 is the encoding that can carry everything.
const UTF8 = charset.UTF8

// Options is what a person says of how a file is to be read. What is left empty
// is found out, or is not so.
type Options struct {
	Encoding  string    // a name of Encodings
	Delimiter string    // what separates cells: , ; | or a tab
	Map       []Mapping // which column is which field
	Region    string    // the country of numbers without a country code, such as RU
	Card      *Card     // fills the contact's cells that rows leave empty
}

// Mapping says that a column of the file is a field, whatever the column's name
// may otherwise mean.
type Mapping struct {
	Field  string // by the API's name
	Column string // as the file has it
}

// CheckEncoding reads all of a file and reports, as a *FileError, that it would not
// be found to be in the encoding of the form, though another file was.
func (f Layout) CheckEncoding(r io.Reader) error {
	if !charset.IsDetected(f.Encoding) {
		return nil // all else has a byte order mark, or must be said
	}
	how, err := DetectEncoding(r, Options{})
	if err == nil && how.Encoding != f.Encoding {
		err = refuse(msg.FileEncoding)
	}
	return err
}

// DetectEncoding reads all of a file and returns how it is to be read: as was said,
// and in the encoding that is found, unless that was said too. A byte order mark
// counts more than what was said. A file of another kind, or in an encoding that cannot be told, is a *FileError; other errors are
// those of r.
func DetectEncoding(r io.Reader, how Options) (Options, error) {
	file := bufio.NewReader(r)
	if err := checkMagic(file); err != nil {
		return how, err
	}
	found, marked, err := charset.Detect(file)
	var unknown *charset.Error
	isUnknown := errors.As(err, &unknown)
	if how.Encoding != "" && !marked && (err == nil || isUnknown) {
		return how, nil
	}
	if isUnknown {
		err = &FileError{Reasons: []msg.Reason{unknown.Reason}, Cyrillic: unknown.Cyrillic}
	}
	how.Encoding = found
	return how, err
}
