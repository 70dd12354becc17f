// Package vcard reads the contact of a .vcf file, vCard 3.0 or 4.0. It promises that
// what it does not understand is refused with a *msg.Refusal, never read wrong. Read is all
// there is to call. Whether the number and the names are valid is not looked at.
package vcard

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	govcard "github.com/emersion/go-vcard"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// Contact holds the properties of a card, as they stand there.
type Contact struct {
	Phone string // "" where the card has none
	FirstName, MiddleName, LastName,
	Company string
}

// Read reads the one contact of a card. Its number is the preferred telephone, else the
// only mobile one, else the only one; fax and pager are none. Its first name is the
// whole name where the parts are not given. Errors are a *msg.Refusal or those of r.
func Read(r io.Reader) (Contact, error) {
	all, err := relevantLines(r)
	if err != nil {
		return Contact{}, err
	}
	card, err := decode(all)
	if err != nil {
		return Contact{}, err
	}
	contact := namesOf(card)
	contact.Phone, err = phoneOf(card)
	return contact, err
}

const (
	maxSize = 16 << 20 // bytes of a vCard that are read, with room for a photo
	maxText = 16 << 10 // bytes of its properties that matter
	maxName = 64       // bytes of the name of a property with its group
)

var properties = []string{"BEGIN", "END", "VERSION", "N", "FN", "ORG", "TEL"}

// keepSemicolons makes an escaped semicolon a byte that no text has, since
// go-vcard takes off the escapes of backslashes but not those of semicolons.
var keepSemicolons = strings.NewReplacer(`\\`, `\\`, `\;`, "\x00", `\N`, `\n`)

// relevantLines keeps no other lines in memory, and puts folded ones together again.
func relevantLines(r io.Reader) ([]string, error) {
	limited := &io.LimitedReader{R: r, N: maxSize + 1}
	text := bufio.NewReader(limited)
	if mark, err := text.Peek(len(charset.BOM)); err == nil && string(mark) == charset.BOM {
		text.Discard(len(mark))
	}
	for all := (unfolder{last: '\n'}); ; {
		c, size, err := text.ReadRune()
		switch {
		case err == io.EOF && !all.hasText:
			return nil, msg.Refuse("card-empty")
		case err == io.EOF:
			all.endLine()
			return all.kept, nil
		case err != nil:
			return nil, err
		case limited.N == 0, all.size+len(all.line) > maxText:
			return nil, msg.Refuse("card-large")
		case c == 0, c == utf8.RuneError && size == 1:
			return nil, msg.Refuse("card-encoding")
		}
		all.add(c)
	}
}

type unfolder struct {
	kept    []string
	size    int    // bytes of kept
	line    []byte // the one that is read, until it is known not to matter
	name    int    // bytes of its property and group, 0 until they end
	skip    bool   // it does not matter
	last    rune   // read before
	hasText bool   // anything but space was read
}

func (u *unfolder) add(c rune) {
	atStart := u.last == '\n' || u.last == '\r'
	u.last, u.hasText = c, u.hasText || !unicode.IsSpace(c)
	switch {
	case c == '\n', c == '\r', atStart && (c == ' ' || c == '\t'):
		return
	case atStart:
		u.endLine()
	}
	if u.skip {
		return
	}
	u.line = utf8.AppendRune(u.line, c)
	if u.name == 0 && (c == ':' || c == ';' || len(u.line) > maxName) {
		u.name = len(u.line) - 1
		name := u.line[bytes.IndexByte(u.line, '.')+1 : u.name] // after the group, as in item1.TEL
		u.skip = !slices.Contains(properties, strings.ToUpper(string(name)))
	}
}

func (u *unfolder) endLine() {
	if u.name > 0 && !u.skip {
		u.kept = append(u.kept, keepSemicolons.Replace(string(u.line)))
		u.size += len(u.line)
	}
	u.line, u.name, u.skip = u.line[:0], 0, false
}

func decode(all []string) (govcard.Card, error) {
	if len(all) == 0 || !strings.EqualFold(all[0], "BEGIN:VCARD") {
		return nil, msg.Refuse("card-none")
	}
	decoder := govcard.NewDecoder(strings.NewReader(strings.Join(all, "\n")))
	card, err := decoder.Decode()
	if err != nil {
		return nil, msg.Refuse("card-cut").Because(err)
	}
	if _, err := decoder.Decode(); err != io.EOF {
		return nil, msg.Refuse("card-several")
	}
	return card, check(card, len(all)-2)
}

// check refuses what would be read wrong. The decoder leaves out lines that it
// does not understand: the card must have as many properties as lines.
func check(card govcard.Card, lines int) error {
	switch version := strings.TrimSpace(card.Value(govcard.FieldVersion)); version {
	case "3.0", "4.0":
	case "":
		return msg.Refuse("card-no-version")
	default:
		return msg.Refuse("card-version", msg.Quoted(version))
	}
	for name, fields := range card {
		lines -= len(fields)
		for _, field := range fields {
			if hasForeignEncoding(field) {
				return msg.Refuse("card-foreign", name)
			}
		}
	}
	if lines > 0 {
		return msg.Refuse("card-line", strings.Join(properties[3:], ", "))
	}
	return nil
}

// hasForeignEncoding is of what only version 2.1 allows, or has been decoded wrongly before.
func hasForeignEncoding(field *govcard.Field) bool {
	charset := field.Params.Get("CHARSET")
	return field.Params.Get("ENCODING") != "" ||
		charset != "" && !strings.EqualFold(charset, "UTF-8") ||
		strings.ContainsRune(field.Value, utf8.RuneError)
}

func namesOf(card govcard.Card) Contact {
	parts := components(card, govcard.FieldName, 3)
	if strings.TrimSpace(strings.Join(parts, "")) == "" {
		parts = []string{"", components(card, govcard.FieldFormattedName, 1)[0], ""}
	}
	company := components(card, govcard.FieldOrganization, 1)[0]
	return Contact{LastName: parts[0], FirstName: parts[1], MiddleName: parts[2], Company: company}
}

// components are the first n of a property: one of a whole name, where semicolons are text.
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

func phoneOf(card govcard.Card) (string, error) {
	var phones []*govcard.Field
	for _, field := range card[govcard.FieldTelephone] {
		if err := cleanPhone(field); err != nil {
			return "", err
		}
		if field.Value != "" && !field.Params.HasType("fax") && !field.Params.HasType("pager") {
			phones = append(phones, field)
		}
	}
	switch phones = preferredPhones(phones); len(phones) {
	case 0:
		return "", nil
	case 1:
		value := phones[0].Value
		if number, extension, _ := strings.Cut(value, ";"); extension != "" {
			return "", msg.Refuse("card-extension", msg.Quoted(value), msg.Quoted(number))
		}
		return value, nil
	}
	quoted := make([]string, len(phones))
	for i, phone := range phones {
		quoted[i] = msg.Quoted(phone.Value)
	}
	return "", msg.Refuse("card-phones", quoted)
}

func cleanPhone(field *govcard.Field) error {
	value := strings.TrimSpace(strings.ReplaceAll(field.Value, "\x00", ";"))
	if len(value) >= 4 && strings.EqualFold(value[:4], "tel:") {
		value = value[4:]
	}
	if field.Value = value; value == "" && hasBareType(field) {
		return msg.Refuse("card-phone-style")
	}
	return nil
}

// hasBareType is of one such as TEL;CELL:+1…: go-vcard takes the number for a type.
func hasBareType(field *govcard.Field) bool {
	for _, values := range field.Params {
		for _, value := range values {
			if len(phone.Digits(value)) >= phone.MinDigits {
				return true
			}
		}
	}
	return false
}

func preference(field *govcard.Field) int {
	if n, err := strconv.Atoi(field.Params.Get(govcard.ParamPreferred)); err == nil {
		return n
	}
	if field.Params.HasType("pref") {
		return 1
	}
	return 101
}

// preferredPhones are the most preferred, each once, or of those the mobile one.
func preferredPhones(phones []*govcard.Field) []*govcard.Field {
	best := 101
	for _, phone := range phones {
		best = min(best, preference(phone))
	}
	phones = distinctPhones(phones, func(phone *govcard.Field) bool { return preference(phone) == best })
	mobile := distinctPhones(phones, func(phone *govcard.Field) bool { return phone.Params.HasType("cell") })
	if len(mobile) == 1 {
		return mobile
	}
	return phones
}

func distinctPhones(phones []*govcard.Field, fits func(*govcard.Field) bool) (chosen []*govcard.Field) {
	for _, phone := range phones {
		same := func(other *govcard.Field) bool { return phoneKey(other) == phoneKey(phone) }
		if fits(phone) && !slices.ContainsFunc(chosen, same) {
			chosen = append(chosen, phone)
		}
	}
	return chosen
}

func phoneKey(field *govcard.Field) string { return cmp.Or(phone.Digits(field.Value), field.Value) }
