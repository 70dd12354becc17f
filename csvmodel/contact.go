package csvmodel

import (
	"crypto/sha256"
	"io"
	"slices"
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
	"contact-distributor/csvmodel/text"
	"contact-distributor/csvmodel/vcard"
)

var columns = [...]string{
	"chatId", "phoneContact", "firstName", "middleName", "lastName", "company", "quotedMessageId",
}

// firstName is the index of the first column behind those of numbers.
const firstName = 2

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

func (f *Fields) all() [len(columns)]*string {
	return [...]*string{&f.ChatID, &f.PhoneContact, &f.FirstName, &f.MiddleName, &f.LastName, &f.Company, &f.QuotedMessageID}
}

func (f *Fields) at(column string) *string {
	if i := slices.Index(columns[:], column); i >= 0 {
		return f.all()[i]
	}
	return nil
}

func (f *Fields) breaksLine() bool {
	all := f.all()
	return slices.ContainsFunc(all[:], func(cell *string) bool { return strings.ContainsAny(*cell, "\n\r") })
}

func isNameField(column string) bool { return slices.Contains(columns[firstName:6], column) }

func isNumberField(column string) bool {
	return slices.Contains(columns[:firstName], column) || column == "quotedMessageId"
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

// Card is the contact that goes to all chats of a file. It can only be had from
// ReadCard, so its number and names are valid. It does not change, and any number
// of goroutines may use it.
type Card struct{ fields Fields } // no chat, nothing quoted

// ReadCard reads the contact of a vCard, 3.0 or 4.0. A number without its country's code
// is one of the options' Region. Of the options only that and ShortNumbers count. What
// makes no valid contact is a *FileError, other errors are those of r.
func ReadCard(r io.Reader, opts Options) (*Card, error) {
	contact, err := vcard.Read(r)
	if err != nil {
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
	if c == nil {
		return
	}
	if number := strings.TrimSpace(f.PhoneContact); number != "" && phone.Digits(number) != c.fields.PhoneContact {
		return
	}
	for _, column := range columns[1:6] {
		if cell := f.at(column); isEmpty(*cell, column) {
			*cell = *c.fields.at(column)
		}
	}
}

// Hash returns a hash of what the card fills in. Cards that fill in the same have the
// same.
func (c *Card) Hash() [32]byte {
	var cells [len(columns)]string
	for i, cell := range c.fields.all() {
		cells[i] = *cell
	}
	return sha256.Sum256([]byte(strings.Join(cells[:], "\x00")))
}

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
	c := checker{phones: phones}
	id, fault, remark := phones.Chat(f.ChatID)
	c.set(&f.ChatID, "chatId", id, fault, remark)
	digits, fault, remark := phones.Phone(f.PhoneContact)
	c.set(&f.PhoneContact, "phoneContact", digits, fault, remark)
	for _, column := range columns[firstName:6] {
		cell := f.at(column)
		if name, fault := text.ParseName(*cell, column, isHeading); fault.IsZero() {
			*cell = name
		} else {
			c.faults = append(c.faults, fault)
		}
	}
	if f.FirstName == "" && f.MiddleName == "" && f.LastName == "" && f.Company == "" {
		c.faults = append(c.faults, msg.Fault(msg.NameMissing, nameColumns, ""))
	}
	quoted, fault := text.ParseQuotedID(f.QuotedMessageID)
	c.set(&f.QuotedMessageID, "quotedMessageId", quoted, fault, "")
	return c.faults, c.remarks
}

type checker struct {
	phones          *phone.Parser
	faults, remarks []msg.Reason
}

// set gives a cell its normalised text. A faulty cell stays as it is.
func (c *checker) set(cell *string, column, normal string, fault, remark msg.Code) {
	if fault != "" {
		c.faults = append(c.faults, c.fault(fault, column, *cell))
		return
	}
	if remark != "" {
		c.remarks = append(c.remarks, msg.Fault(remark, column, *cell))
	}
	*cell = normal
}

// fault is that of a number without its country, and says which it may be, where the cell
// may be one.
func (c *checker) fault(code msg.Code, column, cell string) msg.Reason {
	switch code {
	case msg.NumberCountry, msg.ChatID, msg.NumberNational, msg.PhoneShort, msg.PhoneZero:
		countries := c.phones.Suggestions(cell)
		if countries == nil {
			break
		}
		if code == msg.NumberCountry || code == msg.ChatID {
			code = msg.NumberNational
		}
		return msg.NewReason(code, column, msg.Quoted(cell), countries)
	}
	return msg.Fault(code, column, cell)
}

func isEmpty(cell, column string) bool {
	if strings.TrimSpace(cell) == "" || !isNameField(column) {
		return strings.TrimSpace(cell) == ""
	}
	name, fault := text.ParseName(cell, column, isHeading)
	return name == "" && fault.IsZero()
}

func isHeading(name string) bool {
	key := keyOf(name)
	return known().fields[key] != "" || known().wholeNames[key]
}

func (f *Fields) former(cells *Fields) (former *Fields) {
	now, before := f.all(), cells.all()
	for i := firstName; i < len(now); i++ {
		if cell := strings.TrimSpace(*before[i]); cell != *now[i] {
			if former == nil {
				former = new(*f)
			}
			*former.all()[i] = cell
		}
	}
	return former
}
