package greenapi

import (
	"time"

	"contact-distributor/csvmodel/msg"
)

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
	// NotTaken: the card was surely not taken, for a reason that is not the
	// row's. It may be sent again, after a pause.
	NotTaken
	// Stop: the card was surely not taken, nor will the next one be: the
	// account or its address needs a person.
	Stop
)

// String is one word, for logs.
func (m Meaning) String() string {
	switch m {
	case Accepted:
		return "accepted"
	case Refused:
		return "refused"
	case NotTaken:
		return "not taken"
	case Stop:
		return "stop"
	default:
		return "unknown"
	}
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
