package batch

import (
	"contact-distributor/batch/greenapi"
	"contact-distributor/csvmodel/msg"
)

const (
	// maxDoubtful answers in a row that say nothing end the run: the file is not
	// burnt on a service that is away.
	maxDoubtful = 5
	// maxRefused rows in a row that are refused in the same words are no fault of
	// the rows.
	maxRefused = 20
	// maxNotFound: a 404 is seen as a passing fault too (the vendor's #926).
	maxNotFound = 3
)

// patience counts the answers in a row that together say more than each alone.
type patience struct {
	doubtful int
	notFound int
	refused  int
	message  string
}

// judge takes the answers in the order in which they come and says when it is
// enough.
func (p *patience) judge(a greenapi.Answer) msg.Reason {
	switch {
	case a.Stops:
		return a.Reason
	case a.Meaning == greenapi.Accepted:
		*p = patience{}
	case a.Meaning == greenapi.Refused:
		return p.judgeRefusal(a.Reason)
	case a.Reason.Code == msg.NotFound:
		if p.notFound++; p.notFound == maxNotFound {
			return a.Reason
		}
	case a.Meaning == greenapi.Unknown || a.Reason.Code == msg.NoConnection:
		if p.doubtful++; p.doubtful == maxDoubtful {
			return msg.NewReason(msg.ServiceAway, maxDoubtful, a.Reason)
		}
	}
	return msg.Reason{}
}

func (p *patience) judgeRefusal(r msg.Reason) msg.Reason {
	message := r.String()
	if message != p.message {
		p.message, p.refused = message, 0
	}
	p.doubtful, p.notFound = 0, 0
	if p.refused++; p.refused == maxRefused {
		return msg.NewReason(msg.SameRefusal, maxRefused, r)
	}
	return msg.Reason{}
}
