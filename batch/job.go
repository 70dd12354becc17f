package batch

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Job sends files for one instance, one after the other. What it knows of the account
// after one file holds for the next. It is for one goroutine.
type Job struct {
	Ledger   *ledger.Ledger
	Client   *greenapi.Client
	Instance string
	Settings Settings
	Suppress csvmodel.ChatList // must not be written to

	// Cancelled reports whether the rest of the file must not be sent. One goroutine
	// calls it before each card. It may be nil.
	Cancelled func() bool

	Suffix    string // is appended to the names of output files, such as ".sandbox"
	Overwrite bool   // output files may replace files that the ledger does not know
	Machine   string
	User      string
	Version   string

	Log      *slog.Logger
	Forecast func(Forecast)   // is called once, before the first request
	Progress func(Progress)   // is called by one goroutine, a few times a second
	Interim  func(ledger.Run) // is called once, before Send waits to settle rows

	current *session // nil before the first file
}

// Send sends the rows of a file that are not final yet. To call it again is to resume.
//
// When ctx is done, requests under way are seen through and the rest is left for the
// next call. A Summary comes with an error, too, where it says something of the run;
// one with Run.ID 0 does not.
//
// It returns a *ledger.HeldError if another process sends for the instance or sends this
// content, ErrChanged if the file changes while it is planned, and a
// *pacing.SettingsError if the settings cannot be kept with those that the service has
// for the account. Nothing is sent then.
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
		j.Log.Warn("log.abandoned", "rows", lease.Abandoned)
	}
	if err := j.checkSettings(ctx); err != nil {
		return Summary{}, err
	}
	run, err := j.openRun(ctx, lease, in)
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return Summary{Stop: account.Interruption(ctx)}, nil
	}
	if err != nil {
		return Summary{}, err
	}
	result, err := j.sendRun(ctx, run)
	if refused := (*pacing.SettingsError)(nil); errors.As(err, &refused) {
		return Summary{}, err
	}
	summary, errEnd := j.endRun(run, result)
	return summary, errors.Join(err, errEnd)
}

// checkSettings refuses settings before anything is planned, so that a start by mistake
// leaves nothing behind. Other failures come up again later.
func (j *Job) checkSettings(ctx context.Context) error {
	if !j.Settings.policy().DependsOnDelay() {
		return nil
	}
	return j.session().monitor.CheckSettings(ctx)
}

func (j *Job) openRun(ctx context.Context, lease *ledger.Lease, in Input) (ledger.Run, error) {
	run, err := j.runFor(in)
	if err != nil {
		return run, err
	}
	if err := lease.SetRun(run.ID); err != nil {
		return run, err
	}
	if err := j.addNote(run, ledger.NoteStart, msg.Reason{}); err != nil {
		return run, err
	}
	err = j.plan(ctx, &run, in)
	return run, err
}

func (j *Job) holder() string { return j.User + "@" + j.Machine }

func (j *Job) endRun(run ledger.Run, result runResult) (Summary, error) {
	if err := j.recordDeparture(run, result.lastDeparture); err != nil {
		return Summary{}, err
	}
	s, err := summarize(j.Ledger, run, result.counts)
	s.Stop, s.LastDeparture, s.AfterHours, s.WillExpire = result.stop, result.lastDeparture, result.afterHours, result.willExpire
	if err != nil {
		return s, err
	}
	if !s.Stop.IsZero() {
		err = j.addNote(run, ledger.NoteStop, s.Stop)
	} else if s.Counts[csvmodel.Unsent] == 0 {
		if run.Finished.IsZero() || !result.lastDeparture.IsZero() { // else nothing was left before, nor now
			s.Run.Finished = time.Now()
		}
		err = j.Ledger.FinishRun(run.ID, s.Run.Finished)
	}
	return s, errors.Join(err, j.Ledger.Check())
}

func (j *Job) addNote(run ledger.Run, kind ledger.NoteKind, why msg.Reason) error {
	return j.Ledger.AddNote(ledger.Note{At: time.Now(), Run: run.ID, Instance: j.Instance, Kind: kind, Reason: why})
}

// Cancel records that the file which was at this path must not be sent any more, and
// why. It returns the summary of its run, with Run.ID 0 if nothing was sent. A run that
// is at its end stays as it is.
//
// It returns a *ledger.HeldError if another process sends for the instance.
func (j *Job) Cancel(path string, why msg.Code) (Summary, error) {
	run, err := Runs{Ledger: j.Ledger}.PlannedAt(path)
	if err != nil || run.ID == 0 {
		return Summary{}, err
	}
	lease, err := j.Ledger.TakeLease(j.Instance, j.holder(), time.Now())
	if err != nil {
		return Summary{}, err
	}
	defer lease.Release()
	if !run.Finished.IsZero() {
		return Runs{Ledger: j.Ledger}.Summary(run)
	}
	return j.endRun(run, runResult{stop: msg.NewReason(why)})
}

// Doubtful returns the runs with unknown rows of the instance.
func (j *Job) Doubtful() ([]ledger.Run, error) {
	unknown, err := j.Ledger.Unknown(j.Instance)
	if err != nil {
		return nil, err
	}
	return j.runs(runsOf(unknown))
}
