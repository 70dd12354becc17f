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

func later(code csvmodel.Code, args ...string) Stop {
	return Stop{Later, csvmodel.Reason{Code: code, Args: args}}
}

func needsPerson(reason csvmodel.Reason) Stop { return Stop{Person, reason} }
