package timeline

import (
	"cmp"
	"slices"
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
	StepAttempt  StepKind = "attempt"  // what came of asking, if not a card that was taken
	StepAccepted StepKind = "accepted" // the service has answered with an idMessage
	StepDecided  StepKind = "decided"  // what the job itself found out about the row
	StepSettled  StepKind = "settled"  // what was found out about a row without an answer
	StepResent   StepKind = "repeated" // the service sent a message once more by itself
)

// Step is one thing that happened to a row.
type Step struct {
	// At is when; of an Undated one, when the program had begun to do it, or of
	// StepAsked when that was over.
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

// rowHistory is what the ledger has of one row.
type rowHistory struct {
	run     ledger.Run
	row     ledger.Row
	notes   []ledger.Note // on the row
	starts  []ledger.Note // on its run: it began, went on or stopped
	resumes []ledger.Note // on all instances
}

// steps is what happened to the row, in order of time.
func (p rowHistory) steps() []Step {
	steps := []Step{p.step(StepRead, p.run.Planned, p.row.Remarks...)}
	if !p.row.Intended.IsZero() {
		asked := p.step(StepAsked, p.row.Intended)
		asked.Attempt, asked.Instance = p.row.Attempt, p.row.Instance
		steps = append(steps, asked)
	}
	begun := map[int]bool{p.row.Attempt: !p.row.Intended.IsZero()}
	for _, n := range p.notes {
		if ended := n.Kind == ledger.NoteAttempt; ended && !begun[n.Attempt] {
			begun[n.Attempt] = true
			steps = append(steps, p.begunAt(n))
		}
		noted := p.step(StepKind(n.Kind), n.At, n.Reason)
		noted.Attempt, noted.Instance = n.Attempt, n.Instance
		steps = append(steps, noted)
	}
	if p.row.ResolvedBy == "answer" {
		accepted := p.step(StepAccepted, p.row.Accepted)
		accepted.Attempt, accepted.Instance, accepted.IDMessage = p.row.Attempt, p.row.Instance, p.row.IDMessage
		steps = append(steps, accepted)
	}
	steps = append(steps, p.decided()...)
	return collapse(inOrder(append(p.runEvents(p.settledAt(steps)), steps...)))
}

// begunAt is the beginning of an attempt of which only the end is noted: the ledger
// has that of the newest attempt alone.
func (p rowHistory) begunAt(end ledger.Note) Step {
	asked := p.step(StepAsked, end.At)
	asked.Attempt, asked.Instance, asked.Undated = end.Attempt, end.Instance, true
	return asked
}

func (p rowHistory) step(kind StepKind, at time.Time, reasons ...msg.Reason) Step {
	return Step{At: at, Run: p.row.Run, Line: p.row.Line, Kind: kind, Reasons: reasons}
}

// inOrder sorts steps by time, and leaves those of one moment in the order they
// have, but for a stop: it comes after what it comes from.
func inOrder(steps []Step) []Step {
	last := map[StepKind]int{StepStopped: 1}
	slices.SortStableFunc(steps, func(a, b Step) int {
		return cmp.Or(a.At.Compare(b.At), last[a.Kind]-last[b.Kind])
	})
	return steps
}

// decided is what the row's reasons say that is in no note, and so without a time:
// all but what is wrong with it was found out by the newest start.
func (p rowHistory) decided() []Step {
	noted := func(r msg.Reason) bool {
		return slices.ContainsFunc(p.notes, func(n ledger.Note) bool { return n.Reason.Code == r.Code })
	}
	reasons := slices.DeleteFunc(slices.Clone(p.row.Reasons), noted)
	if len(reasons) == 0 {
		return nil
	}
	step := p.step(StepDecided, p.run.Planned, reasons...)
	if p.row.State == ledger.State(csvmodel.Invalid) {
		return []Step{step}
	}
	for _, n := range p.starts {
		if n.Kind == ledger.NoteStart && n.At.After(step.At) {
			step.At = n.At
		}
	}
	step.Undated = true
	return []Step{step}
}

// settledAt is since when nothing more was to be done for the row; zero if something
// is.
func (p rowHistory) settledAt(steps []Step) (at time.Time) {
	if status := p.row.State.Status(); status == csvmodel.Unsent || status == csvmodel.Unknown {
		return at
	}
	for _, s := range steps {
		switch s.Kind {
		case StepRead, StepAsked, StepAttempt, StepAccepted, StepDecided, StepSettled:
			if s.At.After(at) {
				at = s.At
			}
		}
	}
	return at
}

// runEvents is what happened to the run since it was read, as far as it matters to
// the row.
func (p rowHistory) runEvents(closed time.Time) (steps []Step) {
	instances := map[string]bool{}
	for _, n := range p.starts {
		instances[n.Instance] = true
		late := !closed.IsZero() && n.At.After(closed)
		switch {
		case !n.At.After(p.run.Planned):
		case n.Kind == ledger.NoteStart && late:
			steps = append(steps, p.step(StepSkipped, n.At))
		case n.Kind == ledger.NoteStart:
			steps = append(steps, p.step(StepStarted, n.At))
		case n.Kind == ledger.NoteStop && !late:
			steps = append(steps, p.step(StepStopped, n.At, n.Reason))
		}
	}
	for _, n := range p.resumes {
		if instances[n.Instance] && n.At.After(p.run.Planned) && (closed.IsZero() || n.At.Before(closed)) {
			steps = append(steps, p.step(StepResumed, n.At, n.Reason))
		}
	}
	return inOrder(steps)
}

// collapse tells once what happened again and again with nothing in between, as to
// a run that cron starts outside of its hours.
func collapse(steps []Step) []Step {
	var told []Step
	for _, s := range steps {
		n := len(told)
		switch {
		case n > 0 && s.Kind == told[n-1].Kind && (s.Kind == StepStarted || s.Kind == StepSkipped):
			told[n-1] = told[n-1].merge(s)
		case n > 1 && s.Kind == StepStopped && told[n-1].Kind == StepStarted && told[n-2].sameStop(s):
			told = append(told[:n-2], told[n-2].merge(s))
		default:
			told = append(told, s)
		}
	}
	return told
}

func (s Step) sameStop(other Step) bool {
	return s.Kind == StepStopped && s.Reasons[0].Code == other.Reasons[0].Code
}

// merge is the step with one that is like it and newer.
func (s Step) merge(newer Step) Step {
	s.Times, s.Until, s.Reasons = max(s.Times, 1)+1, newer.At, newer.Reasons
	return s
}
