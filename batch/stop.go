package batch

import "contact-distributor/csvmodel"

// Stop says why a run came to its end. The zero value is a run that has come to
// the end of its file.
type Stop struct {
	Kind   StopKind
	Reason csvmodel.Reason
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
var kinds = map[csvmodel.Code]StopKind{
	csvmodel.CodeStrict:       Withheld,
	csvmodel.CodeCancelled:    Withheld,
	csvmodel.CodeContinued:    Withheld,
	csvmodel.CodeInterrupted:  Later,
	csvmodel.CodeTimeLimit:    Later,
	csvmodel.CodeServiceAway:  Later,
	csvmodel.CodeNothingTaken: Later,
	csvmodel.CodeNotReady:     Later,
	csvmodel.CodeUnsettled:    Later,
	csvmodel.CodeUntracked:    Later,
	csvmodel.CodeWindow:       Later,
	csvmodel.CodeDayFull:      Later,
	csvmodel.CodeCountAway:    Later,
	csvmodel.CodeQueueFull:    Later,

	csvmodel.CodeDoubtElsewhere: Later,
	csvmodel.CodeChatInDoubt:    Later,
}

// stopFor is the stop for a reason that the ledger has.
func stopFor(reason csvmodel.Reason) Stop {
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
func stopped(code csvmodel.Code, args ...string) Stop {
	return stopFor(csvmodel.Reason{Code: code, Args: args})
}

func needsPerson(reason csvmodel.Reason) Stop { return Stop{Person, reason} }

// OfFile reports whether the stop is of the file alone, so that others may go on
// with the account.
func (s Stop) OfFile() bool {
	switch s.Reason.Code {
	case csvmodel.CodeUnsettled, csvmodel.CodeDoubtElsewhere, csvmodel.CodeChatInDoubt:
		return true
	}
	return s.Kind < Later
}
