package timeline

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// StepKind says what happened to a row. The words are stable.
type StepKind string

// The kinds of steps. Other notes on a row, as on its delivery, have their own.
const (
	StepRead     StepKind = "read"     // the file was read to its end; Reasons: what is remarkable about the row
	StepStarted  StepKind = "started"  // the file was run again
	StepStopped  StepKind = "stopped"  // the run stopped before the row was settled
	StepSkipped  StepKind = "passed"   // the file was run again, and this row was settled
	StepResumed  StepKind = "resumed"  // a person has let the instance send again
	StepAsked    StepKind = "asked"    // the service was about to be asked
	StepAttempt  StepKind = "attempt"  // how a request ended, if not with a card that was taken
	StepAccepted StepKind = "accepted" // the service has answered with an idMessage
	StepDecided  StepKind = "decided"  // what the job itself found out about the row
	StepSettled  StepKind = "settled"  // what was found out about a row without an answer
	StepResent   StepKind = "repeated" // the service sent a message once more by itself
)

// Step is one thing that happened to a row.
type Step struct {
	// At is when it happened; of an Undated one, when the program began it or, of StepAsked,
	// when it was over.
	At      time.Time `json:"-"`
	Undated bool      `json:"-"`
	// Times is how often it happened, if more than once, the last time at Until.
	Times int       `json:"times,omitempty"`
	Until time.Time `json:"-"`

	Run       int64        `json:"run,omitempty"`  // of the row; 0 of what the service did by itself
	Line      int          `json:"line,omitempty"` // on which the row begins
	Kind      StepKind     `json:"kind"`
	Attempt   int          `json:"attempt,omitempty"`
	Instance  string       `json:"idInstance,omitempty"`
	IDMessage string       `json:"idMessage,omitempty"`
	Reasons   []msg.Reason `json:"reasons,omitempty"`
}

// Words returns the sentence for what happened.
func (s Step) Words(l msg.Language) string {
	reasons, key := msg.Join(s.Reasons, l), string(s.Kind)
	if s.Kind == StepAsked && s.Undated {
		key = "began"
	}
	text, known := msg.Lookup(l, "step."+key, msg.Args{"Attempt": strconv.Itoa(s.Attempt), "Instance": s.Instance, "Message": s.IDMessage})
	switch {
	case !known:
		text = reasons
	case reasons != "":
		text += ": " + reasons
	}
	if s.Times > 1 {
		text = msg.Text(l, "explain.times", msg.Args{"Text": text, "Times": strconv.Itoa(s.Times), "At": s.Until.Local().Format(time.DateTime)})
	}
	return text
}

// MarshalJSON adds the English sentence. Where the time is not known, it is null, and after or
// before says when the program began, or was over.
func (s Step) MarshalJSON() ([]byte, error) {
	type step Step
	out := struct {
		Time   *time.Time `json:"time"`
		After  time.Time  `json:"after,omitzero"`
		Before time.Time  `json:"before,omitzero"`
		Until  time.Time  `json:"until,omitzero"`
		step
		Text string `json:"text"`
	}{Until: s.Until.Truncate(time.Second), step: step(s), Text: s.Words(msg.English)}
	out.Reasons = msg.Plain(s.Reasons)
	switch at := s.At.Truncate(time.Second); {
	case !s.Undated:
		out.Time = &at
	case s.Kind == StepAsked:
		out.Before = at
	default:
		out.After = at
	}
	return json.Marshal(out)
}

type rowHistory struct {
	runRecord
	row     ledger.Row
	notes   []ledger.Note // on the row
	resumes []ledger.Note // on all instances
}

func (h rowHistory) steps() []Step {
	steps := []Step{h.step(StepRead, h.run.Planned, h.row.Remarks...)}
	started := map[int]bool{} // attempts
	if !h.row.Intended.IsZero() {
		started[h.row.Attempt] = true
		steps = append(steps, h.step(StepAsked, h.row.Intended).attempt(h.row.Attempt, h.row.Instance))
	}
	for _, n := range h.notes {
		if n.Kind == ledger.NoteAttempt && !started[n.Attempt] {
			// Of an attempt that is not the newest only the end is noted.
			started[n.Attempt] = true
			asked := h.step(StepAsked, n.At).attempt(n.Attempt, n.Instance)
			asked.Undated = true
			steps = append(steps, asked)
		}
		steps = append(steps, h.step(StepKind(n.Kind), n.At, n.Reason).attempt(n.Attempt, n.Instance))
	}
	if h.row.ResolvedBy == ledger.ByAnswer {
		accepted := h.step(StepAccepted, h.row.Accepted).attempt(h.row.Attempt, h.row.Instance)
		accepted.IDMessage = h.row.IDMessage
		steps = append(steps, accepted)
	}
	steps = append(steps, h.decided()...)
	return collapse(inOrder(append(h.runSteps(h.settledAt(steps)), steps...)))
}

func (h rowHistory) step(kind StepKind, at time.Time, reasons ...msg.Reason) Step {
	return Step{At: at, Run: h.row.Run, Line: h.row.Line, Kind: kind, Reasons: reasons}
}

func (s Step) attempt(n int, instance string) Step {
	s.Attempt, s.Instance = n, instance
	return s
}

// inOrder sorts by time; a stop comes after its cause.
func inOrder(steps []Step) []Step {
	last := map[StepKind]int{StepStopped: 1}
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(a.At.Compare(b.At), last[a.Kind]-last[b.Kind])
	})
	return steps
}

// decided is what no note says, and so has no time. All but faults were found by the newest start.
func (h rowHistory) decided() []Step {
	isNoted := func(r msg.Reason) bool {
		return slices.ContainsFunc(h.notes, func(n ledger.Note) bool { return n.Reason.Code == r.Code })
	}
	reasons := slices.DeleteFunc(slices.Clone(h.row.Reasons), isNoted)
	if len(reasons) == 0 {
		return nil
	}
	step := h.step(StepDecided, h.run.Planned, reasons...)
	step.Undated = h.row.State != ledger.State(csvmodel.Invalid)
	for _, n := range h.runNotes {
		if step.Undated && n.Kind == ledger.NoteStart {
			step.At = latest(step.At, n.At)
		}
	}
	return []Step{step}
}

// settledAt is since when nothing is to be done for the row; zero if something is.
func (h rowHistory) settledAt(steps []Step) (at time.Time) {
	if status := h.row.State.Status(); status == csvmodel.Unsent || status == csvmodel.Unknown {
		return at
	}
	for _, s := range steps {
		switch s.Kind {
		case StepRead, StepAsked, StepAttempt, StepAccepted, StepDecided, StepSettled:
			at = latest(at, s.At)
		}
	}
	return at
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// runSteps are those of the run that matter to a row settled at that time.
func (h rowHistory) runSteps(settled time.Time) (steps []Step) {
	instances, account := map[string]bool{}, h.row.Account
	if h.row.State == ledger.State(csvmodel.Invalid) && len(h.runNotes) > 0 {
		account = h.runNotes[0].Instance // it is no account's, and each start has a note of each
	}
	for _, n := range h.runNotes {
		if account != "" && n.Instance != account {
			continue // it is of another account
		}
		instances[n.Instance] = true
		isLate := !settled.IsZero() && n.At.After(settled)
		switch {
		case !n.At.After(h.run.Planned):
		case n.Kind == ledger.NoteStart && isLate:
			steps = append(steps, h.step(StepSkipped, n.At))
		case n.Kind == ledger.NoteStart:
			steps = append(steps, h.step(StepStarted, n.At))
		case n.Kind == ledger.NoteStop && !isLate:
			steps = append(steps, h.step(StepStopped, n.At, n.Reason))
		}
	}
	for _, n := range h.resumes {
		if instances[n.Instance] && n.At.After(h.run.Planned) && (settled.IsZero() || n.At.Before(settled)) {
			steps = append(steps, h.step(StepResumed, n.At, n.Reason))
		}
	}
	return inOrder(steps)
}

// collapse makes one step of what happened again and again, as to a run that cron starts
// outside of its hours.
func collapse(steps []Step) []Step {
	isSameStop := func(a, b Step) bool { return a.Kind == StepStopped && a.Reasons[0].Code == b.Reasons[0].Code }
	var all []Step
	for _, s := range steps {
		n := len(all)
		switch {
		case n > 0 && s.Kind == all[n-1].Kind && (s.Kind == StepStarted || s.Kind == StepSkipped):
			all[n-1] = all[n-1].merge(s)
		case n > 1 && s.Kind == StepStopped && all[n-1].Kind == StepStarted && isSameStop(all[n-2], s):
			all = append(all[:n-2], all[n-2].merge(s))
		default:
			all = append(all, s)
		}
	}
	return all
}

func (s Step) merge(newer Step) Step {
	s.Times, s.Until, s.Reasons = max(s.Times, 1)+1, newer.At, newer.Reasons
	return s
}
