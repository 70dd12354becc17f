package csvmodel

import (
	"crypto/sha256"
	"errors"
	"io"
	"strings"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
	"contact-distributor/csvmodel/vcard"
)

// Card is the contact that goes to all chats of a file. It can only be had from
// ReadCard, so its number and names are valid. It does not change, and any number
// of goroutines may use it.
type Card struct{ fields Fields } // no chat, nothing quoted

// ReadCard reads the contact of a vCard, 3.0 or 4.0. A number without its country's code
// is one of the options' Region. Of the options only that and ShortNumbers count. What
// makes no valid contact is a *FileError, other errors are those of r.
func ReadCard(r io.Reader, opts Options) (*Card, error) {
	contact, err := vcard.Read(r)
	var refused *vcard.Error
	switch {
	case errors.As(err, &refused):
		return nil, &FileError{Reasons: []msg.Reason{refused.Reason}, Err: refused.Err}
	case err != nil:
		return nil, err
	}
	fields := Fields{PhoneContact: contact.Phone, FirstName: contact.FirstName, MiddleName: contact.MiddleName,
		LastName: contact.LastName, Company: contact.Company}
	return newCard(fields, opts.newParser())
}

var cardTerms = map[string]any{
	"phoneContact": "TEL",
	"firstName":    msg.NewReason("property.first"),
	"middleName":   msg.NewReason("property.middle"),
	"lastName":     msg.NewReason("property.last"),
	"company":      msg.NewReason("property.company"),
	nameColumns:    msg.NewReason("property.names"),
}

func newCard(fields Fields, phones *phone.Parser) (*Card, error) {
	fields.ChatID = "10000000000@c.us"
	faults, _ := fields.normalize(phones)
	fields.ChatID = ""
	if len(faults) == 0 {
		return &Card{fields}, nil
	}
	for _, fault := range faults {
		column, _ := fault.Args[0].(string)
		if term, known := cardTerms[column]; known {
			fault.Args[0] = term
		}
	}
	return nil, &FileError{Reasons: faults}
}

// fill puts the card's fields in place of the row's that are empty. A row with
// another number is another person's card, and stays as it is.
func (c *Card) fill(f *Fields) {
	if number := strings.TrimSpace(f.PhoneContact); number != "" {
		if phone.Digits(number) != c.fields.PhoneContact {
			return
		}
	}
	for _, column := range columns[1:6] {
		if cell := f.at(column); strings.TrimSpace(*cell) == "" {
			*cell = *c.fields.at(column)
		}
	}
}

// Hash returns a hash of what the card fills in. Cards that fill in the same have the
// same.
func (c *Card) Hash() [32]byte {
	cells := make([]string, 0, len(columns))
	for _, column := range columns {
		cells = append(cells, *c.fields.at(column))
	}
	return sha256.Sum256([]byte(strings.Join(cells, "\x00")))
}
