package csvmodel

import (
	"slices"
	"strconv"
	"strings"
)

var columns = [...]string{
	"chatId", "phoneContact", "firstName", "middleName", "lastName", "company", "quotedMessageId",
}

// FieldNames returns the API's names for the fields, in the order of Fields.
func FieldNames() []string { return slices.Clone(columns[:]) }

// Fields are the seven cells that make a contact, as text, under the names
// that the API gives them. In a Contact they are normalised; where a row is
// invalid, a faulty one holds what stood in its cell.
type Fields struct {
	ChatID          string `csv:"chatId"`
	PhoneContact    string `csv:"phoneContact"`
	FirstName       string `csv:"firstName"`
	MiddleName      string `csv:"middleName"`
	LastName        string `csv:"lastName"`
	Company         string `csv:"company"`
	QuotedMessageID string `csv:"quotedMessageId"`
}

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

func (f *Fields) breaksLine() bool {
	for _, column := range columns {
		if strings.ContainsAny(*f.at(column), "\n\r") {
			return true
		}
	}
	return false
}

func isNameField(column string) bool {
	switch column {
	case "firstName", "middleName", "lastName", "company":
		return true
	}
	return false
}

func isNumberField(column string) bool {
	switch column {
	case "chatId", "phoneContact", "quotedMessageId":
		return true
	}
	return false
}

// Contact is a card and the chat it is for. But for the zero value, it can only be had
// from ParseContact or a Reader, and is valid.
type Contact struct{ fields Fields }

// Fields returns the normalised cells.
func (c Contact) Fields() Fields { return c.fields }

// Phone returns the card's telephone number, international, without a plus.
func (c Contact) Phone() int64 {
	number, _ := strconv.ParseInt(c.fields.PhoneContact, 10, 64) // at most 16 digits, and nothing else
	return number
}
