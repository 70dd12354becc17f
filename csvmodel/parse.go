package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
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

// ParseContact checks the cells of one row that has been read before. Without a
// reason the Contact is valid and the Fields are its own, normalised. With
// reasons, one for each thing that is wrong, the Contact is the zero value, and
// the Fields hold the normalised text where a cell is right and what stood there
// where it is not.
//
// Normalised fields parse to the same contact again. Numbers are taken by their
// form: which countries have them is asked by the Reader, once.
func ParseContact(f Fields) (Contact, Fields, []msg.Reason) {
	phone, faults, _ := f.normalise(&phone.Parser{})
	if faults != nil {
		return Contact{}, f, faults
	}
	return Contact{fields: f, phone: phone}, f, nil
}

// normalise checks the cells of a row and makes them those of a Contact, whose
// number is phone. Remarks say nothing against the row.
func (f *Fields) normalise(n *phone.Parser) (phone int64, faults, remarks []msg.Reason) {
	c := checker{phones: n}
	f.ChatID = c.chat(f.ChatID)
	f.PhoneContact, phone = c.phone(f.PhoneContact)
	f.FirstName = c.name("firstName", f.FirstName)
	f.MiddleName = c.name("middleName", f.MiddleName)
	f.LastName = c.name("lastName", f.LastName)
	f.Company = c.name("company", f.Company)
	if f.FirstName == "" && f.MiddleName == "" && f.LastName == "" && f.Company == "" {
		c.fault(msg.NameMissing, nameColumns, "")
	}
	f.QuotedMessageID = c.quotedID(f.QuotedMessageID)
	return phone, c.faults, c.remarks
}

// checker collects what is wrong with the cells of a row, and what is remarkable.
// Its methods return a cell normalised, or as it stood if it is faulty.
type checker struct {
	phones          *phone.Parser
	faults, remarks []msg.Reason
}

func (c *checker) fault(code msg.Code, column, value string) {
	c.faults = append(c.faults, msg.Fault(code, column, value))
}

func (c *checker) remark(code msg.Code, column, value string) {
	if code != "" {
		c.remarks = append(c.remarks, msg.Fault(code, column, value))
	}
}

func (c *checker) chat(cell string) string {
	id, fault, remark := c.phones.Chat(cell)
	if fault != "" {
		c.fault(fault, "chatId", cell)
		return cell
	}
	c.remark(remark, "chatId", cell)
	return id
}

func (c *checker) phone(cell string) (string, int64) {
	digits, phone, fault, remark := c.phones.Phone(cell)
	if fault != "" {
		c.fault(fault, "phoneContact", cell)
		return cell, 0
	}
	c.remark(remark, "phoneContact", cell)
	return digits, phone
}

func (c *checker) name(column, cell string) string {
	if cell == "" {
		return ""
	}
	s := unescape(strings.TrimSpace(cell))
	if code := nameFault(s); code != "" {
		c.fault(code, column, cell)
		return cell
	}
	return s
}

func nameFault(name string) msg.Code {
	if len(name) <= maxName && isPlain(name) {
		return ""
	}
	switch {
	case !isText(name), strings.ContainsRune(name, utf8.RuneError):
		return msg.Encoding // the second is what another program has made of the first
	case strings.ContainsFunc(name, isControl):
		return msg.NameControl
	case utf8.RuneCountInString(name) > maxName:
		return msg.NameLong
	}
	return ""
}

func (c *checker) quotedID(cell string) string {
	s := ungroupDigits(unescape(strings.TrimSpace(cell)))
	switch {
	case s == "":
		return s
	case phone.IsScientific(s) && strings.ContainsAny(s, ".,+"):
		c.fault(msg.NumberLost, "quotedMessageId", cell)
		return cell
	case !isText(s):
		c.fault(msg.Encoding, "quotedMessageId", cell)
		return cell
	case len(s) > maxQuotedID, strings.ContainsFunc(s, isSpaceOrControl):
		c.fault(msg.QuotedID, "quotedMessageId", cell)
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
