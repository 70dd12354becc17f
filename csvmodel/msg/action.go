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

// actions are those of the codes with which a run stops. All others need a person.
var actions = map[Code]Action{
	Strict:         Withheld,
	Cancelled:      Withheld,
	Continued:      Withheld,
	Changed:        ByNextRun,
	Interrupted:    ByNextRun,
	TimeLimit:      ByNextRun,
	ServiceAway:    ByNextRun,
	NothingTaken:   ByNextRun,
	NotReady:       ByNextRun,
	Unsettled:      ByNextRun,
	Untracked:      ByNextRun,
	Window:         ByNextRun,
	DayFull:        ByNextRun,
	CountAway:      ByNextRun,
	QueueFull:      ByNextRun,
	DoubtElsewhere: ByNextRun,
	ChatInDoubt:    ByNextRun,
}

// Action returns who makes a run go on that has stopped for this Reason. The zero
// Reason is that of a run that has come to the end of its file.
func (r Reason) Action() Action {
	action, known := actions[r.Code]
	switch {
	case r.Code == "":
		return None
	case !known:
		return ByPerson
	}
	return action
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
