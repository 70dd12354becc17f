package batch

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Sending is a file whose rows are sent, between Open and Close. Each Sender sends those that
// are its own, at any time and beside the others.
type Sending struct {
	Run ledger.Run

	job       *Job
	file      *ledger.Lease
	cancelled func() bool
	forecast  func(Forecast)
	yields    func() (bool, error) // whether another run is to go first; nil: never

	mu        sync.Mutex
	summary   Summary // of those that have sent
	isRefused bool    // settings of an account are
	progress  map[*Sender]Progress
	shownAt   time.Time

	telling sync.Mutex // is held by the one that tells its forecast, or has results written
}

// Open plans a file. Without a Sending the Summary says why nothing can be sent, as Send does.
// It keeps what Job has for one file: Cancelled and Forecast.
func (j *Job) Open(ctx context.Context, in Input) (*Sending, Summary, error) {
	return j.openFor(ctx, in, j.only())
}

// openFor has only begin first, where there is one.
func (j *Job) openFor(ctx context.Context, in Input, only *Sender) (*Sending, Summary, error) {
	file, err := j.Ledger.LockFile(in.Content, in.Name, j.terms())
	if err != nil {
		return nil, Summary{}, err
	}
	f := &Sending{job: j, file: file, cancelled: j.Cancelled, forecast: j.Forecast, progress: map[*Sender]Progress{}}
	if err := f.open(ctx, in, only); err != nil {
		if only != nil {
			only.end()
		}
		file.Release()
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return nil, Summary{Stop: account.Interruption(ctx)}, nil
		}
		return nil, Summary{}, err
	}
	return f, Summary{}, nil
}

// open has an account that is the only one begin first: a start by mistake leaves nothing behind.
func (f *Sending) open(ctx context.Context, in Input, only *Sender) (err error) {
	if only != nil {
		if err := only.begin(ctx); err != nil {
			return err
		}
	}
	if f.Run, err = f.job.runFor(f.file, in); err != nil {
		return err
	}
	if only != nil {
		err = only.startRun(f.Run)
	} else if f.job.isNamed() {
		err = f.job.Ledger.IndexRecipients()
	}
	if err != nil {
		return err
	}
	if err := f.job.plan(ctx, f.file, &f.Run, in); err != nil {
		return err
	}
	return f.job.reassign(f.file, f.Run)
}

// only is the Sender of a job without a file of accounts, else nil.
func (j *Job) only() *Sender {
	if j.isNamed() {
		return nil
	}
	return j.Senders[0]
}

// Senders returns the Senders with rows to send or to settle, of one alone in any case.
func (f *Sending) Senders() ([]*Sender, error) {
	if f.job.only() != nil {
		return f.job.Senders, nil
	}
	counts, err := f.job.Ledger.AccountCounts(f.Run.ID)
	return slices.DeleteFunc(slices.Clone(f.job.Senders), func(s *Sender) bool {
		own := counts[s.Instance]
		return own[csvmodel.Unsent]+own[csvmodel.Unknown] == 0
	}), err
}

// Send sends the rows of the file that are the account's, and returns why some of them are
// left. It is called once for each of the Senders.
func (f *Sending) Send(ctx context.Context, s *Sender) (msg.Reason, error) {
	summary, err := s.sendFile(ctx, f)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.summary.add(summary)
	f.isRefused = f.isRefused || errors.As(err, new(*pacing.SettingsError))
	return summary.Stop, s.named(err)
}

// Close ends the work on the file after the last Send, and sums it up.
func (f *Sending) Close() (Summary, error) {
	defer f.file.Release()
	if f.isRefused && f.job.only() != nil {
		return Summary{}, nil
	}
	s := &f.summary
	if s.Counts.Rows() != f.Run.Rows { // they are one account's
		s.Counts = nil
	}
	err := f.job.endRun(f.Run, s)
	if err == nil && s.Stop.IsZero() && s.Counts[csvmodel.Unsent] > 0 {
		err = f.noteAbsent(s)
	}
	return *s, err
}

// noteAbsent says so where rows wait for accounts that the job does not send for.
func (f *Sending) noteAbsent(s *Summary) error {
	counts, err := f.job.Ledger.AccountCounts(f.Run.ID)
	present := f.job.instances()
	for instance, own := range counts {
		if n := own[csvmodel.Unsent]; n > 0 && instance != "" && !slices.Contains(present, instance) {
			s.Stop = msg.NewReason(msg.AccountAbsent, instance, n)
			err = errors.Join(err, (&Sender{job: f.job, Instance: instance}).addNote(f.Run, ledger.NoteStop, s.Stop))
		}
		for i := range s.Accounts {
			if s.Accounts[i].Instance == instance {
				s.Accounts[i].Stop = s.Stop
			}
		}
	}
	return err
}

func (s *Summary) add(other Summary) {
	s.Counts, s.Stop = other.Counts, msg.Worst(s.Stop, other.Stop)
	if other.LastDeparture.After(s.LastDeparture) {
		s.LastDeparture = other.LastDeparture
	}
	s.AfterHours, s.WillExpire = s.AfterHours+other.AfterHours, s.WillExpire+other.WillExpire
}

func (f *Sending) isCancelled() bool { return f.cancelled != nil && f.cancelled() }

func (f *Sending) showForecast(forecast Forecast) {
	f.telling.Lock()
	defer f.telling.Unlock()
	f.forecast(forecast)
}

func (f *Sending) showInterim() {
	f.telling.Lock()
	defer f.telling.Unlock()
	f.job.Interim(f.Run)
}

// showProgress adds up that of all accounts.
func (f *Sending) showProgress(s *Sender, p Progress) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.job.only() != nil {
		f.job.Progress(p)
		return
	}
	p.Counts = maps.Clone(p.Counts)
	f.progress[s] = p
	if now := time.Now(); now.Sub(f.shownAt) >= showInterval {
		f.shownAt = now
		f.job.Progress(sumOf(f.progress))
	}
}

func sumOf(progress map[*Sender]Progress) Progress {
	all := Progress{Counts: csvmodel.Counts{}}
	for _, p := range progress {
		for status, n := range p.Counts {
			all.Counts[status] += n
		}
		all.Done, all.Total, all.Rate = all.Done+p.Done, all.Total+p.Total, all.Rate+p.Rate
		all.Remaining = max(all.Remaining, p.Remaining)
		if p.LastDeparture.After(all.LastDeparture) {
			all.LastDeparture = p.LastDeparture
		}
	}
	return all
}
