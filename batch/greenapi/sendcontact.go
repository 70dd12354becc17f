package greenapi

import (
	"context"
	"encoding/json"

	"contact-distributor/csvmodel"
)

const methodSendContact = "sendContact"

// SendContact asks the service to queue a card, once, and says what became of
// it. It never repeats, whatever the answer; see Meaning for when its caller
// may. It returns within Options.Timeout. A context that ends after the
// request was written makes the answer Unknown, so a request under way is
// better seen through.
func (c *Client) SendContact(ctx context.Context, contact csvmodel.Contact) Answer {
	return interpret(c.exchange(ctx, c.requests.sendContact, encodeContact(contact.Fields(), contact.Phone())), c.redactor)
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
