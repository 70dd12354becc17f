package msg

// Action says who makes a run go on that has stopped for a Reason. Of two, the
// greater one counts.
type Action int

const (
	// None: the run has come to the end of its file.
	None Action = iota
	// Withheld: rows were not to be sent in this run, and a person knows why.
	Withheld
	// ByNextRun: the next run goes on by itself.
	ByNextRun
	// ByPerson: the account needs a person first.
	ByPerson
)

// Action returns who makes a run go on that has stopped for this Reason. The zero
// Reason is that of a run that has come to the end of its file.
func (r Reason) Action() Action {
	switch r.Code {
	case "":
		return None
	case Strict, Cancelled, Continued:
		return Withheld
	case Changed, Interrupted, TimeLimit, ServiceAway, NothingTaken, NotReady, Unsettled, Untracked,
		Window, DayFull, CountAway, QueueFull, DoubtElsewhere, ChatInDoubt:
		return ByNextRun
	}
	return ByPerson
}

// IsZero reports whether there is no Reason: the run has not stopped before its end.
func (r Reason) IsZero() bool { return r.Code == "" }

// IsFileOnly reports whether a run stopped for its file alone, so that other files
// may go on with the account.
func (r Reason) IsFileOnly() bool {
	switch r.Code {
	case Unsettled, DoubtElsewhere, ChatInDoubt:
		return true
	}
	return r.Action() < ByNextRun
}

// Worst returns the Reason that counts where a run stops for both: the one with the
// greater Action, of equals the first.
func Worst(first, second Reason) Reason {
	if second.Action() > first.Action() {
		return second
	}
	return first
}
