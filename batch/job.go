package batch

import (
	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"context"
	"errors"
	"log/slog"
	"time"
)

// Settings are what a person can choose for a run. They are kept with it.
type Settings struct {
	Rate    float64 `json:"rate"`    // requests a second at the most
	Workers int     `json:"workers"` // requests under way at once
	// SettleAfter is how long after its last attempt a request may still be
	// taken: the S of settle.
	SettleAfter Duration `json:"settleAfter"`
	NoWait      bool     `json:"noWait,omitempty"` // do not stay to settle at the end

	QueueDepth pacing.QueueDepth `json:"queueDepth"`
	Window     pacing.Window     `json:"window,omitzero"`
	PerDay     int               `json:"perDay,omitempty"` // cards in any 24 hours; 0: any number

	Strict bool   `json:"strict,omitempty"`
	Again  bool   `json:"again,omitempty"`
	Dedupe Dedupe `json:"dedupe"`
	Out    string `json:"out,omitempty"`
}

// Job sends files for one instance, one after the other. What is known of the
// account after one file holds for the next as it does within a file.
type Job struct {
	Ledger   *ledger.Ledger
	Client   *greenapi.Client
	Instance string
	Settings Settings
	Suppress csvmodel.Chats // must not be written to

	// Cancelled reports whether the file is not to be sent any more. It is asked
	// before each card, by one goroutine; nil is no.
	Cancelled func() bool

	Suffix    string // goes into the names of what is written, such as ".sandbox"
	Overwrite bool   // what is written may replace what this ledger does not know
	Machine   string
	User      string
	Version   string

	Log      *slog.Logger
	Forecast func(Forecast)   // is called once, before the first request
	Progress func(Progress)   // is called by one goroutine, a few times a second
	Interim  func(ledger.Run) // is called once, when all is sent that can be and the rest is waited for

	current *session // nil before the first file
}

// Send sends what the file asks for and is not settled yet. Doing it again goes
// on where it stopped.
//
// When ctx is done, requests under way are seen through and the rest is left
// for the next time. The Summary is also returned with an error after which
// something can be said of the run. With Run.ID 0 there is none: it was held, it
// failed, or it was stopped while the file was planned.
//
// Another process that sends for the instance, or runs this content, is a
// *ledger.HeldError. A file that changes while it is planned is an ErrChanged, and
// nothing was sent of it. Settings that do not go together with those that the service
// has for the account are a *RefusedError; then nothing can be said of the run.
func (j *Job) Send(ctx context.Context, in Input) (Summary, error) {
	release, err := j.Ledger.LockFile(in.Content, in.Name)
	if err != nil {
		return Summary{}, err
	}
	defer release()
	lease, err := j.Ledger.TakeLease(j.Instance, j.holder(), time.Now())
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	if lease.Abandoned > 0 {
		j.Log.Warn("the process before ended in the middle: it is not known yet whether the service took these cards", "rows", lease.Abandoned)
	}
	if err := j.refuse(ctx); err != nil {
		return Summary{}, err
	}
	run, err := j.begin(ctx, in)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return Summary{Stop: account.Interruption(ctx)}, nil
	}
	if err != nil {
		return Summary{}, err
	}
	came, err := j.sendRun(ctx, run)
	if refused := (*pacing.SettingsError)(nil); errors.As(err, &refused) {
		return Summary{}, err
	}
	summary, errEnd := j.end(run, came)
	return summary, errors.Join(err, errEnd)
}

// refuse finds settings that do not go together with the account's before anything
// is planned, so that nothing is kept of a start by mistake. Other troubles come up
// again later.
func (j *Job) refuse(ctx context.Context) error {
	if !j.Settings.policy().DependsOnDelay() {
		return nil
	}
	return j.session().monitor.CheckSettings(ctx)
}

// begin finds or makes the run and plans it.
func (j *Job) begin(ctx context.Context, in Input) (ledger.Run, error) {
	run, err := j.runFor(in)
	if err != nil {
		return run, err
	}
	if err := j.Ledger.LeaseRun(j.Instance, run.ID); err != nil {
		return run, err
	}
	start := ledger.Note{At: time.Now(), Run: run.ID, Instance: j.Instance, Kind: ledger.NoteStart}
	if err := j.Ledger.AddNote(start); err != nil {
		return run, err
	}
	err = j.plan(ctx, &run, in)
	return run, err
}

func (j *Job) holder() string { return j.User + "@" + j.Machine }

// end notes why the run stopped and makes up the account of it.
func (j *Job) end(run ledger.Run, came came) (Summary, error) {
	now, stop := time.Now(), came.stop
	if err := j.noteLeaves(run, came); err != nil {
		return Summary{}, err
	}
	s, err := summarize(j.Ledger, run, came.counts)
	s.Stop, s.Leaves, s.Late, s.Lost = stop, came.leaves, came.late, came.lost
	if err != nil {
		return s, err
	}
	if !stop.IsZero() {
		err = j.Ledger.AddNote(ledger.Note{At: now, Run: run.ID, Instance: j.Instance, Kind: ledger.NoteStop, Reason: stop})
	} else if s.Counts[csvmodel.Unsent] == 0 {
		err = j.Ledger.FinishRun(run.ID, now)
		s.Run.Finished = now
	}
	return s, errors.Join(err, j.Ledger.Check())
}
