package greenapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const methodSendContact = "sendContact"

// SendContact asks the service to queue a card, once, within Options.Timeout. See
// Meaning for when its caller may repeat it. A context that ends after the request was
// written makes the answer Unknown, so a request under way is better seen through.
//
// MayBegin is called just before the first byte is written, which its error keeps from being:
// the answer is a Stop then. It may be nil.
func (c *Client) SendContact(ctx context.Context, contact csvmodel.Contact, mayBegin func() error) Answer {
	return interpret(c.exchange(ctx, methodSendContact, encodeContact(contact.Fields(), contact.Phone()), mayBegin), c.redactor)
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

// Answer is what became of one request. The zero value knows nothing. It holds no token.
type Answer struct {
	Meaning   Meaning
	IDMessage string     // of an Accepted card: unique within its chat, not empty
	Reason    msg.Reason // of everything else
	// Stops: no further request makes sense. Every Stop has it, and so does
	// the Unknown of an answer 200 that says "unauthorized" inside.
	Stops bool
	// Written is false where it is certain that no server can have acted on the
	// request: no whole head of it was written to any connection.
	Written bool
	Status  int       // of HTTP, 0 without an answer
	Date    time.Time // the service's clock, to the second; zero if not told
}

type reply struct {
	status    int       // 0: no status line came
	body      []byte    // whole if err is nil
	err       error     // why there is no answer, or no whole one
	unwritten bool      // proven; see attempt.unwritten
	refused   bool      // it was not allowed to begin
	date      time.Time // see Answer.Date
}

// interpret is total and pure; whatever it does not know is Unknown.
//
// Most statuses are decided by their status line alone: whatever stands in their body is
// not looked at (401 and 429 have none, 403 has HTML of a proxy; seen live), so a body
// that was cut takes nothing away. With 200, 400 and 466 the body decides, and a cut one
// proves nothing.
func interpret(r reply, s redactor) Answer {
	a := verdict(r, s)
	a.Stops = a.Stops || a.Meaning == Stop
	a.Status, a.Date = r.status, r.date
	a.Written = r.status != 0 || !r.unwritten
	return a
}

// A 404 means a wrong verb or path, and was seen as a passing fault as well
// (#926). It is NotTaken: whoever gets three in a row should stop. 3xx, 405,
// 407, 413 and 415 are nothing that the service says: another server has
// answered.
func verdict(r reply, s redactor) Answer {
	switch status := r.status; {
	case r.refused:
		return answer(Stop, msg.LeaseLost)
	case status == 401:
		return answer(Stop, msg.Unauthorized)
	case status == 403:
		return answer(Stop, msg.Forbidden)
	case status == 404:
		return answer(NotTaken, msg.NotFound)
	case status == 429:
		return answer(NotTaken, msg.Throttled)
	case status >= 300 && status < 400, status == 405, status == 407, status == 413, status == 415:
		return answer(Stop, msg.Protocol, status)
	case status == 0 && r.unwritten:
		return answer(NotTaken, msg.NoConnection, because(r.err))
	case status == 0 || r.err != nil && !errors.Is(r.err, errTooLong):
		return answer(Unknown, msg.NoAnswer, because(r.err))
	case r.err != nil:
		return oddAnswer(status)
	case status == 200:
		return success(r.body, s)
	case status == 400:
		return badRequest(r.body, s)
	case status == 466:
		return quota(r.body)
	}
	return oddAnswer(r.status)
}

func answer(m Meaning, code msg.Code, args ...any) Answer {
	return Answer{Meaning: m, Reason: msg.NewReason(code, args...)}
}

// success reads a 200. Only a plausible id proves that the card was queued. The other
// form, {"code":401,"description":"Unauthorized"}, says that the run must stop
// and, since it is a 200, not that the card was refused (seen live).
func success(body []byte, s redactor) Answer {
	var b struct {
		IDMessage string          `json:"idMessage"`
		Code      json.RawMessage `json:"code"`
	}
	err := json.Unmarshal(body, &b)
	switch strings.Trim(string(b.Code), `"`) {
	case "401":
		return Answer{Reason: msg.NewReason(msg.Unauthorized), Stops: true}
	case "403":
		return Answer{Reason: msg.NewReason(msg.Forbidden), Stops: true}
	}
	if err != nil || s.messageID(b.IDMessage) == "" {
		return oddAnswer(200)
	}
	return Answer{Meaning: Accepted, IDMessage: b.IDMessage}
}

// quota reads a 466. The status of invokeStatus alone says whether the method's
// month is used up; where it is not, this chat is outside the plan's allowance of
// chats (documented). What says neither stops, too.
func quota(body []byte) Answer {
	type usage struct {
		Status string `json:"status"`
	}
	var b struct {
		Invoke         usage `json:"invokeStatus"`
		Correspondents usage `json:"correspondentsStatus"`
	}
	_ = json.Unmarshal(body, &b) // what cannot be read is no allowance of chats
	if isExceeded(b.Correspondents.Status) && !isExceeded(b.Invoke.Status) {
		return answer(Refused, msg.ChatQuota)
	}
	return answer(Stop, msg.Quota)
}

// isExceeded knows QUOTE_EXCEEDED, with CORRESPONDENTS_ before it or not, and
// with QUOTA for QUOTE.
func isExceeded(status string) bool {
	status = strings.ToUpper(status)
	return strings.HasSuffix(status, "QUOTE_EXCEEDED") || strings.HasSuffix(status, "QUOTA_EXCEEDED")
}

func oddAnswer(status int) Answer { return answer(Unknown, msg.OddAnswer, status) }

// messageLimit is how many characters of the service's words are kept.
const messageLimit = 300

// accountTexts are the beginnings of those 400s that are about the instance
// and not about the row, in small letters (documented, the third an older
// form). The one for an expired instance is in saysExpired.
var accountTexts = []struct {
	begins  string
	meaning Meaning
	code    msg.Code
}{
	{"instance in starting process try later", NotTaken, msg.Starting},
	{"instance is starting or not authorized", Stop, msg.NotAuthorized},
	{"instance account not authorized", Stop, msg.NotAuthorized},
	{"instance is deleted", Stop, msg.Deleted},
}

// badRequest reads a 400. Texts are compared from their first character, and
// never behind "Validation failed", where the service repeats cells of the
// row: no cell may decide what an answer means.
func badRequest(body []byte, s redactor) Answer {
	text, enveloped := message(body)
	plain := plainText(text)
	if strings.HasPrefix(plain, "validation failed") {
		return refused(text, s)
	}
	for _, t := range accountTexts {
		if strings.HasPrefix(plain, t.begins) {
			return answer(t.meaning, t.code)
		}
	}
	switch {
	case saysExpired(plain):
		return answer(Stop, msg.Expired)
	case enveloped && plain != "":
		return refused(text, s)
	}
	return oddAnswer(400)
}

// refused keeps the service's words, cut last, so that no part of a token can
// be left at the cut.
func refused(text string, s redactor) Answer {
	text = s.redact(strings.TrimSpace(text))
	if runes := []rune(text); len(runes) > messageLimit {
		text = string(runes[:messageLimit-1]) + "…"
	}
	return answer(Refused, msg.Refused, text)
}

// message is the text of a 400: that of the envelope {"statusCode":400,…,
// "message":"…"}, the only part of it that may be kept since its path holds
// the token, or else the whole body, with or without quotes. An object that
// says another status, or whose message is no text, is no envelope.
func message(body []byte) (text string, enveloped bool) {
	var envelope struct {
		StatusCode *int   `json:"statusCode"`
		Message    string `json:"message"`
	}
	if body = bytes.TrimSpace(body); !bytes.HasPrefix(body, []byte("{")) {
		if json.Unmarshal(body, &text) != nil {
			text = string(body)
		}
		return text, false
	}
	if json.Unmarshal(body, &envelope) != nil || envelope.StatusCode != nil && *envelope.StatusCode != 400 {
		return "", false
	}
	return envelope.Message, true
}

// plainText is the beginning of a text in small letters, each run of white
// space as one space.
func plainText(text string) string {
	if len(text) > 2*messageLimit {
		text = text[:2*messageLimit]
	}
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// saysExpired knows "Instance account is expired. Renew …" (#197), also with
// up to three other words before "account".
func saysExpired(plain string) bool {
	before, _, found := strings.Cut(plain, "account is expired")
	return found && strings.Trim(before, " abcdefghijklmnopqrstuvwxyz") == "" && len(strings.Fields(before)) <= 3
}
