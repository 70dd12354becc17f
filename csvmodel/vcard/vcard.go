// Package vcard reads the contact of a .vcf file, vCard 3.0 or 4.0. It promises that
// what it does not understand is refused with an *Error, never read wrong. Read is all
// there is to call. Whether the number and the names are valid is not looked at.
package vcard

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	govcard "github.com/emersion/go-vcard"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

// Contact holds the properties of a card, as they stand there.
type Contact struct {
	Phone string // "" where the card has none
	FirstName, MiddleName, LastName,
	Company string
}

// Error says why a card is refused.
type Error struct {
	Reason msg.Reason
	Err    error // what the decoder reports; may be nil
}

func (e *Error) Error() string { return e.Reason.String() }

// Text is the error in a language.
func (e *Error) Text(l msg.Language) string { return e.Reason.Text(l) }

func (e *Error) Unwrap() error { return e.Err }

func refuse(code msg.Code, args ...any) *Error {
	return &Error{Reason: msg.NewReason(code, args...)}
}

// Read reads the one contact of a card. Its number is the preferred telephone, else the
// only mobile one, else the only one; fax and pager are none. Its first name is the
// whole name where the parts are not given. Errors are an *Error or those of r.
func Read(r io.Reader) (Contact, error) {
	text, err := readText(r)
	if err != nil {
		return Contact{}, err
	}
	card, err := decode(text)
	if err != nil {
		return Contact{}, err
	}
	contact := namesOf(card)
	contact.Phone, err = phoneOf(card)
	return contact, err
}

// maxSize is the most bytes of a vCard that are read: room for a photo.
const maxSize = 16 << 20

// readText reads a whole file, without a byte order mark.
func readText(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > maxSize:
		return "", refuse(msg.CardLarge)
	case strings.TrimSpace(string(text)) == "":
		return "", refuse(msg.CardEmpty)
	case !utf8.Valid(text), bytes.IndexByte(text, 0) >= 0:
		return "", refuse(msg.CardEncoding)
	}
	return strings.TrimPrefix(string(text), charset.BOM), nil
}

// properties are the only ones that matter.
var properties = []string{"BEGIN", "END", "VERSION", "N", "FN", "ORG", "TEL"}

// unfold puts long lines together again. go-vcard would copy a photo anew for
// each of its lines.
var unfold = strings.NewReplacer("\n ", "", "\n\t", "")

// keepSemicolons makes an escaped semicolon a byte that no text has, since
// go-vcard takes off the escapes of backslashes but not those of semicolons.
var keepSemicolons = strings.NewReplacer(`\\`, `\\`, `\;`, "\x00", `\N`, `\n`)

// relevantLines returns the lines with one of the properties.
func relevantLines(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var kept []string
	for line := range strings.SplitSeq(unfold.Replace(text), "\n") {
		name := line[:max(0, strings.IndexAny(line, ";:"))]
		name = name[strings.IndexByte(name, '.')+1:] // after the group, as in item1.TEL
		if slices.Contains(properties, strings.ToUpper(name)) {
			kept = append(kept, keepSemicolons.Replace(line))
		}
	}
	return kept
}

// decode decodes the one card of a text.
func decode(text string) (govcard.Card, error) {
	all := relevantLines(text)
	if len(all) == 0 || !strings.EqualFold(all[0], "BEGIN:VCARD") {
		return nil, refuse(msg.CardNone)
	}
	decoder := govcard.NewDecoder(strings.NewReader(strings.Join(all, "\n")))
	card, err := decoder.Decode()
	if err != nil {
		return nil, &Error{Reason: msg.NewReason(msg.CardCut), Err: err}
	}
	if _, err := decoder.Decode(); err != io.EOF {
		return nil, refuse(msg.CardSeveral)
	}
	return card, check(card, len(all)-2)
}

// check refuses what would be read wrong. The decoder leaves out lines that it
// does not understand: the card must have as many properties as lines.
func check(card govcard.Card, lines int) error {
	switch version := strings.TrimSpace(card.Value(govcard.FieldVersion)); version {
	case "3.0", "4.0":
	case "":
		return refuse(msg.CardNoVersion)
	default:
		return refuse(msg.CardVersion, msg.Quoted(version))
	}
	for name, fields := range card {
		lines -= len(fields)
		for _, field := range fields {
			if hasForeignEncoding(field) {
				return refuse(msg.CardForeign, name)
			}
		}
	}
	if lines > 0 {
		return refuse(msg.CardLine, strings.Join(properties[3:], ", "))
	}
	return nil
}

// hasForeignEncoding reports whether a field is encoded as only version 2.1 allows, or has
// gone through a wrong encoding before.
func hasForeignEncoding(field *govcard.Field) bool {
	charset := field.Params.Get("CHARSET")
	return field.Params.Get("ENCODING") != "" ||
		charset != "" && !strings.EqualFold(charset, "UTF-8") ||
		strings.ContainsRune(field.Value, utf8.RuneError)
}

// namesOf returns the names and the company.
func namesOf(card govcard.Card) Contact {
	parts := components(card, govcard.FieldName, 3)
	if strings.TrimSpace(strings.Join(parts, "")) == "" {
		parts = []string{"", components(card, govcard.FieldFormattedName, 1)[0], ""}
	}
	return Contact{
		LastName:   parts[0],
		FirstName:  parts[1],
		MiddleName: parts[2],
		Company:    components(card, govcard.FieldOrganization, 1)[0],
	}
}

// components returns the first n components of the first such property. A whole name
// has one, in which semicolons need no escape.
func components(card govcard.Card, property string, n int) []string {
	parts := []string{card.Value(property)}
	if property != govcard.FieldFormattedName {
		parts = strings.Split(parts[0], ";")
	}
	parts = append(parts, make([]string, n)...)[:n]
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], "\x00", ";")
	}
	return parts
}
