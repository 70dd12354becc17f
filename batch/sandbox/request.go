package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Request is a request that reached a known instance with its token.
type Request struct {
	Method string
	N      int // counts the requests for Method at this instance, from 1, also those answered with 429
	At     time.Time
	Send   SendContact // what a sendContact request asks for, as far as it can be read
}

// SendContact is the body of a sendContact request, by the API's own names.
type SendContact struct {
	ChatID          string  `json:"chatId"`
	Contact         Contact `json:"contact"`
	QuotedMessageID string  `json:"quotedMessageId,omitempty"`
	TypingTime      int64   `json:"typingTime,omitempty"` // ms; checked, otherwise ignored
}

// Contact is a card to hand out.
type Contact struct {
	PhoneContact int64  `json:"phoneContact"`
	FirstName    string `json:"firstName,omitempty"`
	MiddleName   string `json:"middleName,omitempty"`
	LastName     string `json:"lastName,omitempty"`
	Company      string `json:"company,omitempty"`
}

// chatForm is the documented chats: a person (7 to 16 digits in practice), a
// group of either age, a lid. No broadcast, no newsletter.
var chatForm = regexp.MustCompile(`^(\d{7,16}@c\.us|\d+-\d+@g\.us|120363\d+@g\.us|\d+@lid)$`)

// decode reads the body of a sendContact request into x.Request.Send, and what
// is wrong with it into x.fault. encoding/json takes a field in any spelling, the
// service takes the documented one.
func (x *Exchange) decode() {
	send := &x.Request.Send
	err := json.Unmarshal(x.body, send)
	for name, field := range map[string]*string{
		"chatId": &send.ChatID, "quotedMessageId": &send.QuotedMessageID, "company": &send.Contact.Company,
		"firstName": &send.Contact.FirstName, "middleName": &send.Contact.MiddleName, "lastName": &send.Contact.LastName,
	} {
		if *field != "" && !bytes.Contains(x.body, []byte(`"`+name+`"`)) {
			*field = ""
		}
	}
	if !bytes.Contains(x.body, []byte(`"phoneContact"`)) {
		send.Contact.PhoneContact = 0
	}
	switch x.fault = jsonFault(err); {
	case x.fault != "":
	case !strings.HasPrefix(x.R.Header.Get("Content-Type"), "application/json"):
		x.fault = "'chatId' is required" // of another type a body is not read (invented)
	default:
		x.fault = send.fault()
	}
}

var jsonKinds = map[reflect.Kind]string{
	reflect.String: "a string",
	reflect.Int:    "an integer number",
	reflect.Int64:  "an integer number",
	reflect.Struct: "an object",
}

// jsonFault names the field that has a wrong type. The texts are invented.
func jsonFault(err error) string {
	if typ, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "'" + typ.Field + "' must be " + jsonKinds[typ.Type.Kind()]
	}
	if err != nil {
		return "the body is no JSON"
	}
	return ""
}

// fault says what the service does not take about s, or nothing. The rules are
// documented, the texts are invented.
func (s SendContact) fault() string {
	c := s.Contact
	switch {
	case s.ChatID == "":
		return "'chatId' is required"
	case !chatForm.MatchString(s.ChatID):
		return "'chatId' must be one of the following formats: 'number@c.us', 'number@g.us', 'number@lid'"
	case c.PhoneContact == 0:
		return "'contact.phoneContact' is required"
	case c.PhoneContact < 0 || c.PhoneContact >= 1e16: // 11 to 16 digits are documented, ten and fewer are taken (seen: #836)
		return "'contact.phoneContact' must have from 11 to 16 digits"
	case c.FirstName == "" && c.MiddleName == "" && c.LastName == "" && c.Company == "":
		return "'contact' must have one of 'firstName', 'middleName', 'lastName', 'company'"
	case s.TypingTime != 0 && (s.TypingTime < 1000 || s.TypingTime > 20000):
		return "'typingTime' must be from 1000 to 20000"
	}
	return ""
}

func (in *Instance) sendContact(x *Exchange) Answer {
	if x.fault != "" {
		return x.invalid(x.fault)
	}
	id, refusal := in.accept(x)
	if id == "" {
		return refusal
	}
	x.IDMessage = id
	return ok(map[string]string{"idMessage": id})
}

type card struct {
	DisplayName string `json:"displayName"`
	VCard       string `json:"vcard"`
}

// card builds what WhatsApp shows (seen). Whether the service escapes commas and
// the like is not known; this does not.
func (c Contact) card() card {
	names := slices.DeleteFunc([]string{c.FirstName, c.MiddleName, c.LastName}, func(name string) bool { return name == "" })
	name := cmp.Or(strings.Join(names, " "), c.Company)
	lines := []string{
		"BEGIN:VCARD",
		"VERSION:3.0",
		"N:" + c.LastName + ";" + c.FirstName + ";" + c.MiddleName + ";",
		"FN:" + name,
		"ORG:" + c.Company,
		fmt.Sprintf("TEL;type=CELL;type=VOICE;waid=%d:+%d", c.PhoneContact, c.PhoneContact),
		"END:VCARD",
	}
	return card{DisplayName: name, VCard: strings.Join(lines, "\n")}
}

// LID is the made-up "@lid" under which the journal may show a person, always
// the same for one chat; groups and lids stay as they are.
func LID(chatID string) string {
	number, isPerson := strings.CutSuffix(chatID, "@c.us")
	if !isPerson {
		return chatID
	}
	h := fnv.New64a()
	h.Write([]byte(number))
	return fmt.Sprintf("1%014d@lid", h.Sum64()%1e14)
}
