package csvmodel

import (
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-vcard"
)

// maxCard is the most bytes of a vCard that are read: room for a photo.
const maxCard = 16 << 20

// readCardText reads a whole file, without a byte order mark.
func readCardText(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxCard+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > maxCard:
		return "", refuse(msg.CardLarge)
	case strings.TrimSpace(string(text)) == "":
		return "", refuse(msg.CardEmpty)
	case !isText(string(text)):
		return "", refuse(msg.CardEncoding)
	}
	return strings.TrimPrefix(string(text), charset.BOM), nil
}

// cardProperties are those that are looked at.
var cardProperties = []string{"BEGIN", "END", "VERSION", "N", "FN", "ORG", "TEL"}

// unfold puts long lines together again. go-vcard would copy a photo anew for
// each of its lines.
var unfold = strings.NewReplacer("\n ", "", "\n\t", "")

// keepSemicolons makes an escaped semicolon a byte that no text has, since
// go-vcard takes off the escapes of backslashes but not those of semicolons.
var keepSemicolons = strings.NewReplacer(`\\`, `\\`, `\;`, "\x00", `\N`, `\n`)

// cardLines are the lines with the properties that are looked at.
func cardLines(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var lines []string
	for line := range strings.SplitSeq(unfold.Replace(text), "\n") {
		name := line[:max(0, strings.IndexAny(line, ";:"))]
		name = name[strings.IndexByte(name, '.')+1:] // after the group, as in item1.TEL
		if slices.Contains(cardProperties, strings.ToUpper(name)) {
			lines = append(lines, keepSemicolons.Replace(line))
		}
	}
	return lines
}

// decodeCard decodes the one card of a text.
func decodeCard(text string) (vcard.Card, error) {
	lines := cardLines(text)
	if len(lines) == 0 || !strings.EqualFold(lines[0], "BEGIN:VCARD") {
		return nil, refuse(msg.CardNone)
	}
	decoder := vcard.NewDecoder(strings.NewReader(strings.Join(lines, "\n")))
	card, err := decoder.Decode()
	if err != nil {
		return nil, refuse(msg.CardCut).because(err)
	}
	if _, err := decoder.Decode(); err != io.EOF {
		return nil, refuse(msg.CardSeveral)
	}
	return card, checkCard(card, len(lines)-2)
}

// checkCard refuses what would be read wrong. The decoder leaves out lines that it
// does not understand, so their number is needed.
func checkCard(card vcard.Card, lines int) error {
	switch version := strings.TrimSpace(card.Value(vcard.FieldVersion)); version {
	case "3.0", "4.0":
	case "":
		return refuse(msg.CardNoVersion)
	default:
		return refuse(msg.CardVersion, msg.Quoted(version))
	}
	for name, fields := range card {
		lines -= len(fields)
		for _, field := range fields {
			if isForeign(field) {
				return refuse(msg.CardForeign, name)
			}
		}
	}
	if lines > 0 {
		return refuse(msg.CardLine, strings.Join(cardProperties[3:], ", "))
	}
	return nil
}

// isForeign reports whether a field is encoded as only version 2.1 allows, or has
// gone through a wrong encoding before.
func isForeign(field *vcard.Field) bool {
	charset := field.Params.Get("CHARSET")
	return field.Params.Get("ENCODING") != "" ||
		charset != "" && !strings.EqualFold(charset, "UTF-8") ||
		strings.ContainsRune(field.Value, utf8.RuneError)
}

// cardNames are the names and the company.
func cardNames(card vcard.Card) Fields {
	names := components(card, vcard.FieldName, 3)
	if strings.TrimSpace(strings.Join(names, "")) == "" {
		names = []string{"", components(card, vcard.FieldFormattedName, 1)[0], ""}
	}
	return Fields{
		LastName:   names[0],
		FirstName:  names[1],
		MiddleName: names[2],
		Company:    components(card, vcard.FieldOrganization, 1)[0],
	}
}

// components are the first n of the first such property. A whole name has one,
// in which semicolons need no escape.
func components(card vcard.Card, property string, n int) []string {
	parts := []string{card.Value(property)}
	if property != vcard.FieldFormattedName {
		parts = strings.Split(parts[0], ";")
	}
	parts = append(parts, make([]string, n)...)[:n]
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], "\x00", ";")
	}
	return parts
}
