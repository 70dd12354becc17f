package greenapi

import (
	"context"
	"encoding/json"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const methodSendContact = "sendContact"

// SendContact asks the service to queue a card, once, and says what became of
// it. It never repeats, whatever the answer; see Meaning for when its caller
// may. It returns within Options.Timeout. A context that ends after the
// request was written makes the answer Unknown, so a request under way is
// better seen through.
func (c *Client) SendContact(ctx context.Context, contact csvmodel.Contact) Answer {
	return interpret(c.exchange(ctx, methodSendContact, encodeContact(contact.Fields(), contact.Phone())), c.redactor)
}

// card is the body of sendContact as documented: the number is an integer, and
// fields that are not given are left out.
type card struct {
	ChatID          string  `json:"chatId"`
	Contact         details `json:"contact"`
	QuotedMessageID string  `json:"quotedMessageId,omitempty"`
}

type details struct {
	PhoneContact int64  `json:"phoneContact"`
	FirstName    string `json:"firstName,omitempty"`
	MiddleName   string `json:"middleName,omitempty"`
	LastName     string `json:"lastName,omitempty"`
	Company      string `json:"company,omitempty"`
}

func encodeContact(f csvmodel.Fields, phone int64) []byte {
	body, _ := json.Marshal(card{ // strings and one integer: cannot fail
		ChatID: f.ChatID,
		Contact: details{
			PhoneContact: phone,
			FirstName:    f.FirstName,
			MiddleName:   f.MiddleName,
			LastName:     f.LastName,
			Company:      f.Company,
		},
		QuotedMessageID: f.QuotedMessageID,
	})
	return body
}

// Meaning says what an answer, or the lack of one, means for what was asked.
type Meaning uint8

const (
	// Unknown: nobody knows whether the service took the card. It must not be
	// sent again unless the service's records show that it was not taken.
	Unknown Meaning = iota
	// Accepted: the service has queued the card. Queued is not sent.
	Accepted
	// Refused: the service does not take this row; others may do well.
	Refused
	// NotTaken: the card was not accepted, for a reason that is not the
	// row's. It may be sent again, after a pause.
	NotTaken
	// Stop: the card was not accepted, nor will the next one be: the
	// account or its address needs a person.
	Stop
)

// String is one word, for logs.
func (m Meaning) String() string {
	return [...]string{"unknown", "accepted", "refused", "not taken", "stop"}[min(m, Stop)]
}

// Answer is what became of one request, as far as it can be told from its
// answer. The zero value knows nothing. It holds no token.
type Answer struct {
	Meaning   Meaning
	IDMessage string     // of an Accepted card: unique within its chat, not empty
	Reason    msg.Reason // of everything else
	// Stops: no further request makes sense. Every Stop has it, and so does
	// the Unknown of an answer 200 that says "unauthorized" inside.
	Stops bool
	// Written is false where it is certain that no whole head of the request
	// was written to any connection, so that no server can have acted on it.
	Written bool
	Status  int       // of HTTP, 0 without an answer
	Date    time.Time // the service's clock, to the second; zero if not told
}
