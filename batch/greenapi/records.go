package greenapi

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"contact-distributor/csvmodel"
)

const (
	methodJournal = "lastOutgoingMessages"
	methodMessage = "getMessage"
)

// JournalEntry is a message that has left the queue. What its kind of message
// does not have is empty, and so is what cannot be read: an entry without a
// TypeMessage, an IDMessage or a ChatID may be any message.
type JournalEntry struct {
	Type          string // "outgoing"
	IDMessage     string
	Time          time.Time // the service's clock, to the second; zero if not told
	TypeMessage   string    // such as "contactMessage"
	ChatID        string    // may be an @lid where a number was asked for
	StatusMessage string    // such as "sent"; see greenapi's documentation for the others
	ByHand        bool      // it is said that it was not sent through the API
	DisplayName   string
	VCard         string
	Phone         int64 // the card's number, 0 when there is none or it cannot be read
}

// Journal reads what has left the queue in the last minutes, 1440 at the most,
// newest first, and hands over each entry. The newest two minutes may not be
// in it yet (documented). On the smallest plan 1000 readings a month are taken.
//
// Only if the error is nil was the journal read to its end: otherwise what was not
// handed over proves nothing. An error of yield is given as it is; any other is an
// *Error. A day has 172,800 messages at the most, of about 700 bytes each; more than
// 128 MiB or 2^18 entries are not read.
func (c *Client) Journal(ctx context.Context, minutes int, yield func(JournalEntry) error) error {
	request := c.requests[methodJournal].Clone(context.Background())
	request.URL.RawQuery = url.Values{"minutes": {strconv.Itoa(minutes)}}.Encode()
	l := listing{method: methodJournal, request: request, bytes: 128 << 20, entries: 1 << 18}
	return list(ctx, c, l, func(m *sentMessage) error { return yield(m.entry(c.redactor)) })
}

// Message reads one message of the journal. The error is an *Error, with
// ErrMessageNotFound where there is none, or not yet, or the service answers with next
// to nothing (seen live: #505). On the smallest plan 1000 readings a month are taken.
func (c *Client) Message(ctx context.Context, chatID, idMessage string) (JournalEntry, error) {
	question, _ := json.Marshal(map[string]string{"chatId": chatID, "idMessage": idMessage}) // strings: cannot fail
	var m sentMessage
	r, ok := c.read(ctx, methodMessage, question, &m)
	if !ok || m.IDMessage == "" {
		e := c.failure(methodMessage, r)
		if ok && e.Meaning == Unknown || r.status == 400 && r.err == nil && saysNotFound(r.body) {
			e.cause = ErrMessageNotFound
		}
		return JournalEntry{}, e
	}
	return m.entry(c.redactor), nil
}

// saysNotFound knows the 400 "Message not found by id …" (documented).
func saysNotFound(body []byte) bool {
	text, _ := message(body)
	return strings.HasPrefix(plainText(text), "message not found")
}

type sentMessage struct {
	Type          string `json:"type"`
	IDMessage     string `json:"idMessage"`
	Timestamp     any    `json:"timestamp"`
	TypeMessage   string `json:"typeMessage"`
	ChatID        string `json:"chatId"`
	StatusMessage string `json:"statusMessage"`
	SendByAPI     any    `json:"sendByApi"`
	Contact       struct {
		DisplayName string `json:"displayName"`
		VCard       string `json:"vcard"`
	} `json:"contact"`
}

// maxTimestamp is of the year 5138; milliseconds would be above it.
const maxTimestamp = 1e11

func (m *sentMessage) entry(s redactor) JournalEntry {
	e := JournalEntry{
		Type:          m.Type,
		IDMessage:     s.messageID(m.IDMessage),
		TypeMessage:   m.TypeMessage,
		ChatID:        m.ChatID,
		StatusMessage: m.StatusMessage,
		ByHand:        m.SendByAPI == false,
		DisplayName:   m.Contact.DisplayName,
		VCard:         m.Contact.VCard,
	}
	if seconds, is := number(m.Timestamp); is && seconds > 0 && seconds < maxTimestamp {
		e.Time = time.Unix(int64(seconds), 0)
	}
	s.clean(maxWord, &e.Type, &e.TypeMessage, &e.ChatID, &e.StatusMessage)
	s.clean(maxText, &e.DisplayName, &e.VCard)
	e.Phone = cardPhone(e.VCard)
	return e
}

// cardPhone is the number of a vCard as the service builds it, from a line
// such as "TEL;type=CELL;type=VOICE;waid=79001234568:+79001234568" (seen
// live). It is 0 unless there is exactly one: a name may hold anything.
func cardPhone(vcard string) int64 {
	var phone int64
	for line := range strings.FieldsFuncSeq(vcard, func(r rune) bool { return r == '\r' || r == '\n' }) {
		n := linePhone(line)
		if n != 0 && phone != 0 && n != phone {
			return 0
		}
		phone = max(phone, n)
	}
	return phone
}

func linePhone(line string) int64 {
	property, _, _ := strings.Cut(line, ":")
	name, params, _ := strings.Cut(strings.ToLower(property), ";")
	if _, ungrouped, grouped := strings.Cut(name, "."); grouped {
		name = ungrouped
	}
	if name != "tel" {
		return 0
	}
	for param := range strings.SplitSeq(params, ";") {
		if number, ok := strings.CutPrefix(param, "waid="); ok {
			return digits(number)
		}
	}
	return 0
}

const methodQueue = "showMessagesQueue"

// QueueEntry is a message that waits in the service's queue. What it does not have is
// empty, and so is what cannot be read.
type QueueEntry struct {
	MessageID string
	Type      string          // such as "sendContact"
	Fields    csvmodel.Fields // the number in digits
	Phone     int64           // the card's number, 0 when there is none or it cannot be read
}

// QueueLimit is how many entries the service shows at the most.
const QueueLimit = 500

// Queue reads the service's queue, oldest first as it seems, whole or not at all. The
// message that is being sent is not in it (#714). The error is an *Error.
func (c *Client) Queue(ctx context.Context) ([]QueueEntry, error) {
	var entries []QueueEntry
	l := listing{method: methodQueue, request: c.requests[methodQueue], bytes: 32 << 20, entries: 20 * QueueLimit}
	err := list(ctx, c, l, func(w *queuedMessage) error {
		e := w.entry()
		e.MessageID = c.redactor.messageID(e.MessageID)
		c.redactor.clean(maxText, &e.Type, &e.Fields.ChatID, &e.Fields.QuotedMessageID,
			&e.Fields.FirstName, &e.Fields.MiddleName, &e.Fields.LastName, &e.Fields.Company)
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// queuedMessage is an entry as the service writes it. Its body is that of the
// request.
type queuedMessage struct {
	MessageID string `json:"messageID"`
	IDMessage string `json:"idMessage"` // its name on a sister service's page
	Type      string `json:"type"`
	Body      struct {
		card
		Contact queuedContact `json:"contact"`
	} `json:"body"`
}

type queuedContact struct {
	details
	PhoneContact phoneNumber `json:"phoneContact"`
}

func (q *queuedMessage) entry() QueueEntry {
	contact := q.Body.Contact
	e := QueueEntry{
		MessageID: cmp.Or(q.MessageID, q.IDMessage),
		Type:      q.Type,
		Phone:     int64(contact.PhoneContact),
		Fields: csvmodel.Fields{
			ChatID:          q.Body.ChatID,
			FirstName:       contact.FirstName,
			MiddleName:      contact.MiddleName,
			LastName:        contact.LastName,
			Company:         contact.Company,
			QuotedMessageID: q.Body.QuotedMessageID,
		},
	}
	if e.Phone != 0 {
		e.Fields.PhoneContact = strconv.FormatInt(e.Phone, 10)
	}
	return e
}

// phoneNumber is a JSON number or text; 0 where it is no number of digits.
type phoneNumber int64

// UnmarshalJSON never fails.
func (n *phoneNumber) UnmarshalJSON(data []byte) error {
	*n = phoneNumber(digits(strings.TrimPrefix(strings.Trim(string(data), `"`), "+")))
	return nil
}

func digits(text string) int64 {
	value, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0
	}
	return int64(value)
}
