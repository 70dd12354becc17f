package csvmodel

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/guard"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
	"contact-distributor/csvmodel/record"
)

// ignored stands in Layout.Columns for a column that this program has added: it is
// neither a field nor carried through.
const ignored = "-"

// Layout is how a file was understood. With it and the Source of a Row, results
// can be written long after the file is gone.
type Layout struct {
	Encoding  string `json:"encoding"`
	Delimiter string `json:"delimiter"` // one ASCII character
	CRLF      bool   `json:"crlf,omitempty"`
	Region    string `json:"region,omitempty"` // of numbers without a country code
	Sheet     string `json:"sheet,omitempty"`  // that was read of a workbook; "" of all other files
	// ShortNumbers: numbers of fewer than 11 digits were allowed.
	ShortNumbers bool         `json:"shortNumbers,omitempty"`
	Header       []string     `json:"header"`             // as in the file
	Columns      []string     `json:"columns"`            // for each column its field, "" or ignored
	Notes        []msg.Reason `json:"notes,omitempty"`    // on Columns
	Cyrillic     bool         `json:"cyrillic,omitempty"` // the header or the first rows hold Cyrillic text
}

// Extension ends the names of files that are written in this layout.
func (l Layout) Extension() string {
	if l.Sheet != "" {
		return ".xlsx"
	}
	return ".csv"
}

func (l Layout) comma() byte {
	if l.Delimiter == "" {
		return ','
	}
	return l.Delimiter[0]
}

// Split returns the cells of a record's text as they stood, as record.Split does.
func (l Layout) Split(source string) []string { return record.Split(source, l.comma(), len(l.Header)) }

// cells returns what is in the cells of a record: at least one for each column.
func (l Layout) cells(source string) []string {
	cells := l.Split(source)
	if l.isOwn() {
		for i, cell := range cells {
			cells[i] = guard.Restore(cell)
		}
	}
	return append(cells, make([]string, max(0, len(l.Header)-len(cells)))...)
}

// isOwn reports whether this program has written the file, with changes in its cells.
func (l Layout) isOwn() bool { return l.Sheet == "" && slices.Contains(l.Columns, ignored) }

func (l Layout) fields(source string) Fields {
	var fields Fields
	for i, cell := range l.cells(source)[:len(l.Columns)] {
		if field := fields.at(l.Columns[i]); field != nil {
			*field = cell
		}
	}
	return fields
}

// InstanceColumn returns the place of the column that says which instance is to send a row,
// -1 if there is none. It is carried through like the columns that are no fields.
func (l Layout) InstanceColumn() int {
	for i, key := range keysOf(l.Header) {
		if known().instances[key] && l.Columns[i] == "" {
			return i
		}
	}
	return -1
}

// IsField reports whether an element of Layout.Columns is a field.
func IsField(column string) bool { return column != "" && column != ignored }

func (l Layout) others(cells []string) []string {
	others := make([]string, 0, len(l.Columns))
	for i, column := range l.Columns {
		if column == "" {
			others = append(others, cells[i])
		}
	}
	return others
}

func (l Layout) namedWidth() int {
	named := len(l.Header)
	for named > 0 && l.Columns[named-1] == "" && strings.TrimSpace(l.Header[named-1]) == "" {
		named--
	}
	return named
}

// hasWidth reports whether a row has one cell in each column that has a name, and nothing
// behind the last of them.
func (l Layout) hasWidth(cells []string) bool {
	named := l.namedWidth()
	return len(cells) >= named && strings.TrimSpace(strings.Join(cells[named:], "")) == ""
}

// columnName returns what faults call the i-th column, from 0: its field, its name in
// the file or, without one, its number.
func (l Layout) columnName(i int) string {
	if i < len(l.Header) && IsField(l.Columns[i]) {
		return l.Columns[i]
	}
	if i < len(l.Header) && strings.TrimSpace(l.Header[i]) != "" {
		return msg.Shorten(strings.TrimSpace(l.Header[i]), 40)
	}
	return columnNumber(i)
}

// Explain returns the sentences of a row's reasons. To readers without a terminal a column
// has the name that it has in their file.
func (l Layout) Explain(reasons []msg.Reason, language msg.Language) string {
	if !language.IsOffice() {
		return msg.Join(reasons, language)
	}
	named := make([]msg.Reason, len(reasons))
	for i, reason := range reasons {
		named[i] = reason.MapArgs(func(arg string, value any) any {
			field, _ := value.(string)
			if column := slices.Index(l.Columns, field); arg == "Column" && column >= 0 && IsField(field) {
				return cmp.Or(strings.TrimSpace(l.Header[column]), field)
			}
			return value
		})
	}
	return msg.Join(named, language)
}

func columnNumber(i int) string { return "#" + strconv.Itoa(i+1) }

// Language is the one in which the people who made the file read.
func (l Layout) Language() msg.Language { return msg.LanguageOf(l.Cyrillic) }

func hasCyrillic(text []byte) bool {
	return strings.ContainsFunc(string(text), func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// UTF8 is the encoding that can carry everything.
const UTF8 = charset.UTF8

// RegionNone is the Region where numbers without a plus are international.
const RegionNone = phone.RegionNone

// Options say how a file is to be read. What is left empty is found out from the file,
// but for the Region and the Card, of which there are none then.
type Options struct {
	Encoding  string    // a name of charset.Names
	Delimiter string    // what separates cells: , ; | or a tab
	Map       []Mapping // which column is which field
	Region    string    // the country of numbers without a country code, such as RU
	Card      *Card     // fills the contact's cells that rows leave empty
	Sheet     string    // of a workbook, by its name
	// ShortNumbers lets the numbers of cards have fewer than 11 digits.
	ShortNumbers bool

	// Against are the verdicts on the numbers of the file, if it was read before.
	Against phone.Verdicts

	notes []msg.Reason // on the sheet
}

func (o Options) newParser() *phone.Parser {
	p := phone.NewParser(o.Region)
	p.ShortNumbers, p.Against = o.ShortNumbers, o.Against
	if o.Card != nil {
		p.Known = o.Card.fields.PhoneContact
	}
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
