package batch

import (
	"contact-distributor/csvmodel/msg"
)

// Stop says why a run came to its end. The zero value is a run that has come to
// the end of its file.
type Stop struct {
	Kind   StopKind
	Reason msg.Reason
}

// StopKind says who makes a run go on. Of two, the greater one counts.
type StopKind int

const (
	// Ended: nothing is left to ask of the service.
	Ended StopKind = iota
	// Withheld: rows were not to be sent in this run, and a person knows why.
	Withheld
	// Later: the next run goes on by itself.
	Later
	// Person: the account needs a person first.
	Person
)

// and returns the stop that counts when other has come after s.
func (s Stop) and(other Stop) Stop {
	if other.Kind > s.Kind {
		return other
	}
	return s
}

// kinds are those of the codes a run stops with. All others need a person.
var kinds = map[msg.Code]StopKind{
	msg.Strict:       Withheld,
	msg.Cancelled:    Withheld,
	msg.Continued:    Withheld,
	msg.Interrupted:  Later,
	msg.TimeLimit:    Later,
	msg.ServiceAway:  Later,
	msg.NothingTaken: Later,
	msg.NotReady:     Later,
	msg.Unsettled:    Later,
	msg.Untracked:    Later,
	msg.Window:       Later,
	msg.DayFull:      Later,
	msg.CountAway:    Later,
	msg.QueueFull:    Later,

	msg.DoubtElsewhere: Later,
	msg.ChatInDoubt:    Later,
}

// stopFor is the stop for a reason that the ledger has.
func stopFor(reason msg.Reason) Stop {
	kind, known := kinds[reason.Code]
	switch {
	case reason.Code == "":
		return Stop{}
	case !known:
		kind = Person
	}
	return Stop{kind, reason}
}

// stopped is the stop for one of the codes in kinds.
func stopped(code msg.Code, args ...string) Stop {
	return stopFor(msg.Reason{Code: code, Args: args})
}

func needsPerson(reason msg.Reason) Stop { return Stop{Person, reason} }

// OfFile reports whether the stop is of the file alone, so that others may go on
// with the account.
func (s Stop) OfFile() bool {
	switch s.Reason.Code {
	case msg.Unsettled, msg.DoubtElsewhere, msg.ChatInDoubt:
		return true
	}
	return s.Kind < Later
}
