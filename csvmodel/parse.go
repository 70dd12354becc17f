package csvmodel

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// The most characters that a name and the id of a quoted message may have. The
// service documents neither; its answer to a body that is far too big is a 500,
// after which nobody knows whether the card was taken.
const (
	maxName     = 256
	maxQuotedID = 128
)

// nameColumns is the name that faults have for the four names together.
const nameColumns = "firstName, middleName, lastName, company"

// ParseContact checks the cells of one row that has been read before. Without reasons
// the Contact is valid and the Fields are its own, normalised. With reasons, one for each
// fault, the Contact is the zero value, and a faulty cell stays in the Fields as it is.
//
// Normalised fields parse to the same contact again. Numbers are checked by their form
// alone: whether their country has such numbers is for the Reader.
func ParseContact(f Fields) (Contact, Fields, []msg.Reason) {
	faults, _ := f.normalize(&phone.Parser{})
	if faults != nil {
		return Contact{}, f, faults
	}
	return Contact{f}, f, nil
}

// normalize checks the cells of a row and makes them those of a Contact.
// Remarks say nothing against the row.
func (f *Fields) normalize(phones *phone.Parser) (faults, remarks []msg.Reason) {
	var c checker
	id, fault, remark := phones.Chat(f.ChatID)
	c.set(&f.ChatID, "chatId", id, fault, remark)
	digits, fault, remark := phones.Phone(f.PhoneContact)
	c.set(&f.PhoneContact, "phoneContact", digits, fault, remark)
	for _, column := range columns[2:6] {
		c.setName(f.at(column), column)
	}
	if f.FirstName == "" && f.MiddleName == "" && f.LastName == "" && f.Company == "" {
		c.faults = append(c.faults, msg.Fault(msg.NameMissing, nameColumns, ""))
	}
	quoted := ungroupDigits(unescape(strings.TrimSpace(f.QuotedMessageID)))
	c.set(&f.QuotedMessageID, "quotedMessageId", quoted, quotedIDFault(quoted), "")
	return c.faults, c.remarks
}

type checker struct {
	faults, remarks []msg.Reason
}

// set gives a cell its normalised text. A faulty cell stays as it is.
func (c *checker) set(cell *string, column, normal string, fault, remark msg.Code) {
	if fault != "" {
		c.faults = append(c.faults, msg.Fault(fault, column, *cell))
		return
	}
	if remark != "" {
		c.remarks = append(c.remarks, msg.Fault(remark, column, *cell))
	}
	*cell = normal
}

func (c *checker) setName(cell *string, column string) {
	if *cell != "" {
		name := unescape(strings.TrimSpace(*cell))
		c.set(cell, column, name, nameFault(name), "")
	}
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

func quotedIDFault(id string) msg.Code {
	switch {
	case phone.IsScientific(id) && strings.ContainsAny(id, ".,+"):
		return msg.NumberLost
	case !isText(id):
		return msg.Encoding
	case len(id) > maxQuotedID, strings.ContainsFunc(id, isSpaceOrControl):
		return msg.QuotedID
	}
	return ""
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
