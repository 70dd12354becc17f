package greenapi

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"contact-distributor/csvmodel"
)

const methodQueue = "showMessagesQueue"

// QueueEntry is a message that waits in the service's queue. What its kind of
// message does not have is empty, and so is what cannot be read.
type QueueEntry struct {
	MessageID string
	Type      string // such as "sendContact"
	// Fields are what was asked for, under the names of the file; the number
	// in digits.
	Fields csvmodel.Fields
	// Phone is the card's number, 0 when there is none or it cannot be read.
	Phone int64
}

// QueueLimit is how many entries the service shows at the most: a Queue of so
// many may have more behind it.
const QueueLimit = 500

// Queue reads the service's queue, oldest first as it seems, whole or not at
// all. The message that is being sent at the moment is not in it (#714). One
// such question a second is taken. One of more than 32 MiB, or of many times
// QueueLimit, is none. The error is an *Error.
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

// digits is the number that a text of nothing but digits writes, else 0.
func digits(text string) int64 {
	value, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0
	}
	return int64(value)
}
