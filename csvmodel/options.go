package csvmodel

import (
	"bufio"
	"errors"
	"io"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/phone"
)

// UTF8 is the encoding that can carry everything.
const UTF8 = charset.UTF8

// Options say how a file is to be read. What is left empty is found out from the file,
// but for the Region and the Card, of which there are none then.
type Options struct {
	Encoding  string    // a name of charset.Names
	Delimiter string    // what separates cells: , ; | or a tab
	Map       []Mapping // which column is which field
	Region    string    // the country of numbers without a country code, such as RU
	Card      *Card     // fills the contact's cells that rows leave empty
	// ShortNumbers lets the numbers of cards have fewer than 11 digits.
	ShortNumbers bool
}

func (o Options) newParser() *phone.Parser {
	p := phone.NewParser(o.Region)
	p.ShortNumbers = o.ShortNumbers
	return p
}

// Mapping says that a column of the file is a field, whatever the column's name
// may otherwise mean.
type Mapping struct {
	Field  string // by the API's name
	Column string // as the file has it
}

// DetectEncoding reads all of a file and returns the options with its encoding. The one
// in the options counts more than what the letters say, and a byte order mark more than
// both. A file of another format, or in an encoding that cannot be told, is a *FileError;
// other errors are those of r.
func DetectEncoding(r io.Reader, opts Options) (Options, error) {
	file := bufio.NewReader(r)
	if err := checkMagic(file); err != nil {
		return opts, err
	}
	detected, hasBOM, err := charset.Detect(file)
	var unknown *FileError
	if opts.Encoding != "" && !hasBOM && (err == nil || errors.As(err, &unknown)) {
		return opts, nil
	}
	opts.Encoding = detected
	return opts, err
}

// CheckEncoding reads all of a file and reports, as a *FileError, that DetectEncoding
// would not find it to be in the encoding of the layout, though it found another file to be.
func (l Layout) CheckEncoding(r io.Reader) error {
	if !charset.IsDetected(l.Encoding) {
		return nil // all else has a byte order mark, or a person names it
	}
	opts, err := DetectEncoding(r, Options{})
	if err == nil && opts.Encoding != l.Encoding {
		err = refuse("file-encoding")
	}
	return err
}
