package csvmodel

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The most characters that a name and the id of a quoted message may have. The
// service documents neither; its answer to a body that is far too big is a 500,
// after which nobody knows whether the card was taken.
const (
	maxName     = 256
	maxQuotedID = 128
)

// nameColumns is how faults call the four names together.
const nameColumns = "firstName, middleName, lastName, company"

// ParseContact checks the cells of one row. Without a reason the Contact is
// valid and the Fields are its own, normalised. With reasons, one for each
// thing that is wrong, the Contact is the zero value, and the Fields hold the
// normalised text where a cell is right and what stood there where it is not.
//
// Normalised fields parse to the same contact again. No number that is more
// than separators and digits is ever guessed at.
func ParseContact(f Fields) (Contact, Fields, []Reason) {
	phone, faults := f.normalise()
	if faults != nil {
		return Contact{}, f, faults
	}
	return Contact{fields: f, phone: phone}, f, nil
}

// normalise is ParseContact in place; the number is phoneContact's.
func (f *Fields) normalise() (phone int64, faults []Reason) {
	var c check
	f.ChatID = c.chat(f.ChatID)
	f.PhoneContact, phone = c.phone(f.PhoneContact)
	f.FirstName = c.name("firstName", f.FirstName)
	f.MiddleName = c.name("middleName", f.MiddleName)
	f.LastName = c.name("lastName", f.LastName)
	f.Company = c.name("company", f.Company)
	if f.FirstName == "" && f.MiddleName == "" && f.LastName == "" && f.Company == "" {
		c.fault(CodeNameMissing, nameColumns, "")
	}
	f.QuotedMessageID = c.quotedID(f.QuotedMessageID)
	return phone, c.faults
}

// check collects what is wrong with the cells of a row. Its methods return a
// cell normalised, or as it stood if it is faulty.
type check struct{ faults []Reason }

func (c *check) fault(code Code, column, value string) {
	c.faults = append(c.faults, Fault(code, column, value))
}

func (c *check) chat(cell string) string {
	s := strings.TrimSpace(cell)
	if s == "" {
		c.fault(CodeChatMissing, "chatId", cell)
		return cell
	}
	id, ok := chatID(s)
	if !ok {
		c.fault(CodeChatID, "chatId", cell)
		return cell
	}
	return id
}

func (c *check) phone(cell string) (string, int64) {
	s := strings.TrimSpace(cell)
	if s == "" {
		c.fault(CodePhoneMissing, "phoneContact", cell)
		return cell, 0
	}
	digits, ok := digitsOf(s, true)
	if code := phoneFault(digits, ok && !isDecimal(s)); code != "" {
		c.fault(code, "phoneContact", cell)
		return cell, 0
	}
	var phone int64
	for i := range len(digits) {
		phone = phone*10 + int64(digits[i]-'0')
	}
	return digits, phone
}

// phoneFault says what is wrong with the digits of a card's number, if anything.
func phoneFault(digits string, ok bool) Code {
	switch {
	case !ok:
		return CodePhone
	case digits[0] == '0':
		return CodePhoneZero
	case len(digits) < 11:
		return CodePhoneShort
	case len(digits) > 16:
		return CodePhoneLong
	}
	return ""
}

func (c *check) name(column, cell string) string {
	if cell == "" {
		return ""
	}
	s := unguarded(strings.TrimSpace(cell))
	if code := nameFault(s); code != "" {
		c.fault(code, column, cell)
		return cell
	}
	return s
}

func nameFault(name string) Code {
	if len(name) <= maxName && isPlain(name) {
		return ""
	}
	switch {
	case !isText(name), strings.ContainsRune(name, utf8.RuneError):
		return CodeEncoding // the second is what another program has made of the first
	case strings.ContainsFunc(name, isControl):
		return CodeNameControl
	case utf8.RuneCountInString(name) > maxName:
		return CodeNameLong
	}
	return ""
}

func (c *check) quotedID(cell string) string {
	s := strings.TrimSpace(cell)
	switch {
	case s == "":
		return s
	case !isText(s):
		c.fault(CodeEncoding, "quotedMessageId", cell)
		return cell
	case len(s) > maxQuotedID, strings.ContainsFunc(s, isSpaceOrControl):
		c.fault(CodeQuotedID, "quotedMessageId", cell)
		return cell
	}
	return s
}

// isPlain reports whether s is printable ASCII throughout, which nearly all
// cells are and which needs no further look.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isText reports whether s is UTF-8 without a NUL, which only data that is no
// text has.
func isText(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// isControl reports whether r is a control character or breaks a line; Unicode
// does not count its two separators among the former.
func isControl(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

func isSpaceOrControl(r rune) bool {
	return unicode.IsSpace(r) || isControl(r)
}
