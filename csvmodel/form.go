package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/record"
	"strconv"
	"strings"
	"unicode"
)

// columns are the API's names for the fields, in the order of Fields.
var columns = [...]string{
	"chatId", "phoneContact", "firstName", "middleName", "lastName", "company", "quotedMessageId",
}

// Layout is how a file was understood. With it and the text of a record, results
// can be written long after the file is gone.
type Layout struct {
	Encoding  string       `json:"encoding"`
	Delimiter string       `json:"delimiter"` // one ASCII character
	CRLF      bool         `json:"crlf,omitempty"`
	Region    string       `json:"region,omitempty"`   // of numbers without a country code, if it was said
	Header    []string     `json:"header"`             // as in the file
	Columns   []string     `json:"columns"`            // for each of them the field it is, "" or passedOver
	Notes     []msg.Reason `json:"notes,omitempty"`    // what is to be said of that
	Cyrillic  bool         `json:"cyrillic,omitempty"` // the header or the first rows hold some
}

// comma is the delimiter, also of a Form that nobody has filled in.
func (f Layout) comma() byte {
	if f.Delimiter == "" {
		return ','
	}
	return f.Delimiter[0]
}

// Split returns the cells of a record's text as they stood, as record.Split does.
func (f Layout) Split(source string) []string { return record.Split(source, f.comma(), len(f.Header)) }

// fields puts cells into the fields that their columns are.
func (f Layout) fields(cells []string) Fields {
	var fields Fields
	for i, column := range f.Columns {
		if cell := fields.at(column); cell != nil && i < len(cells) {
			*cell = cells[i]
		}
	}
	return fields
}

// IsField reports whether an element of Form.Columns is a field.
func IsField(column string) bool { return column != "" && column != ignored }

// others returns what is in the columns that are no field, always one cell for
// each. Cells beyond the header belong to no column.
func (f Layout) others(cells []string) []string {
	others := make([]string, 0, len(f.Columns))
	for i, column := range f.Columns {
		if column != "" {
			continue
		}
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		others = append(others, cell)
	}
	return others
}

// named is how many columns there are without the last ones that have no name.
func (f Layout) named() int {
	named := len(f.Header)
	for named > 0 && f.Columns[named-1] == "" && strings.TrimSpace(f.Header[named-1]) == "" {
		named--
	}
	return named
}

// fits reports whether a row has one cell in each column. In the last ones, if
// they have no name, it need not have one, and must have nothing.
func (f Layout) fits(cells []string) bool {
	named := f.named()
	return len(cells) >= named && len(cells) <= len(f.Header) && strings.TrimSpace(strings.Join(cells[named:], "")) == ""
}

// columnName is what faults call the i-th column, from 0: the field it is, its
// name in the file or, without one, its number.
func (f Layout) columnName(i int) string {
	if i < len(f.Header) && IsField(f.Columns[i]) {
		return f.Columns[i]
	}
	if i < len(f.Header) && strings.TrimSpace(f.Header[i]) != "" {
		return msg.Shorten(strings.TrimSpace(f.Header[i]), 40)
	}
	return "#" + strconv.Itoa(i+1)
}

// at returns the field of that name, or nil.
func (f *Fields) at(column string) *string {
	switch column {
	case "chatId":
		return &f.ChatID
	case "phoneContact":
		return &f.PhoneContact
	case "firstName":
		return &f.FirstName
	case "middleName":
		return &f.MiddleName
	case "lastName":
		return &f.LastName
	case "company":
		return &f.Company
	case "quotedMessageId":
		return &f.QuotedMessageID
	}
	return nil
}

// breaksLine reports whether a field holds a line break.
func (f *Fields) breaksLine() bool {
	for _, column := range columns {
		if strings.ContainsAny(*f.at(column), "\n\r") {
			return true
		}
	}
	return false
}

// Language is the one in which the people who made the file read.
func (f Layout) Language() msg.Language { return languageOf(f.Cyrillic) }

func languageOf(cyrillic bool) msg.Language {
	if cyrillic {
		return msg.Russian
	}
	return msg.English
}

// hasCyrillic reports whether text, which need not be UTF-8 throughout, has a
// Cyrillic letter.
func hasCyrillic(text []byte) bool {
	return strings.ContainsFunc(string(text), func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}
