package dispatch

import (
	"contact-distributor/batch/greenapi"
	"contact-distributor/csvmodel/msg"
)

const (
	// maxUnanswered requests without an answer end a run: a service that is away must not
	// make the whole file unknown.
	maxUnanswered = 5
	// maxRefusals rows that are refused in the same words are no fault of the rows.
	maxRefusals = 20
	// maxNotFound: a 404 is known as a passing fault, too (the vendor's #926).
	maxNotFound = 3
)

// Breaker ends a run after answers that together say more than each alone, since a card was
// last accepted or, of answers without a verdict, refused. The zero value has observed none.
type Breaker struct {
	unanswered int
	notFound   int
	refusals   int
	refusal    string // the words of the newest one
}

// HasUnanswered reports whether a request got no answer since a verdict.
func (b *Breaker) HasUnanswered() bool { return b.unanswered > 0 }

// Observe takes answers in order, and returns why the run ends, or the zero Reason.
func (b *Breaker) Observe(a greenapi.Answer) msg.Reason {
	switch {
	case a.Stops:
		return a.Reason
	case a.Meaning == greenapi.Accepted:
		*b = Breaker{}
	case a.Meaning == greenapi.Refused:
		return b.observeRefusal(a.Reason)
	case a.Reason.Code == msg.NotFound:
		if b.notFound++; b.notFound >= maxNotFound {
			return a.Reason
		}
	case a.Meaning == greenapi.Unknown || a.Reason.Code == msg.NoConnection:
		if b.unanswered++; b.unanswered >= maxUnanswered {
			return msg.NewReason(msg.ServiceAway, maxUnanswered, a.Reason)
		}
	}
	return msg.Reason{}
}

func (b *Breaker) observeRefusal(r msg.Reason) msg.Reason {
	if words := r.String(); words != b.refusal {
		b.refusal, b.refusals = words, 0
	}
	b.unanswered, b.notFound = 0, 0
	if b.refusals++; b.refusals >= maxRefusals {
		return msg.NewReason(msg.SameRefusal, maxRefusals, r)
	}
	return msg.Reason{}
}
