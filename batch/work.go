package batch

import (
	"context"
	"errors"
	"sync"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Plan puts a file into the ledger, or has its run go on, for others to send. It takes no
// instance, and asks the service nothing. It returns what Send returns where that sends nothing.
func (j *Job) Plan(ctx context.Context, in Input) (Summary, error) {
	f, summary, err := j.openFor(ctx, in, nil)
	if f == nil {
		return summary, err
	}
	defer f.file.Release()
	for _, s := range j.Senders { // whatever has stopped it before
		err = errors.Join(err, s.addNote(f.Run, ledger.NoteStart, msg.Reason{}))
	}
	if err != nil {
		return Summary{}, err
	}
	return j.Look(f.Run)
}

// Work is what one account has done of what is planned in the ledger: its Counts are of cards
// that were accepted now, and of rows of all runs that are left.
type Work struct {
	AccountSummary
	Finished []Summary // runs that came to their end
	Err      error     // a *ledger.HeldError if another process has the instance, and there is work for it
}

// Work has all accounts send, side by side, what is planned for them, settle what is unknown and
// track deliveries. It returns when nothing is left that can go. With Settings.NoWait it leaves
// what cannot be settled yet for a later call.
func (j *Job) Work(ctx context.Context) ([]Work, error) {
	if err := j.assignFree(); err != nil {
		return nil, err
	}
	done := make([]Work, len(j.Senders))
	var all sync.WaitGroup
	for i, s := range j.Senders {
		all.Go(func() { done[i] = s.work(ctx) })
	}
	all.Wait()
	return done, j.Ledger.Check()
}

// assignFree gives rows of no account theirs, where there are several.
func (j *Job) assignFree() error {
	if !j.isNamed() {
		return nil
	}
	pending, err := j.Ledger.Pending("")
	if len(pending) > 0 {
		err = errors.Join(err, j.Ledger.IndexRecipients())
	}
	for _, p := range pending {
		file, errFile := j.Ledger.LockFile(p.Content, p.Name, j.terms())
		if isHeld(errFile) { // somebody sends it
			continue
		}
		if errFile != nil {
			return errFile
		}
		err = errors.Join(err, j.reassign(file, p.Run))
		file.Release()
	}
	return err
}

func isHeld(err error) bool { return errors.As(err, new(*ledger.HeldError)) }

// work goes on as long as settling gives rows back that can go again. It keeps the instance, once
// it has it: what another process begins to settle anew takes as long again.
func (s *Sender) work(ctx context.Context) Work {
	defer s.end()
	w := Work{AccountSummary: AccountSummary{Name: s.Name, Instance: s.Instance, Counts: csvmodel.Counts{}}}
	for goesOn := true; goesOn && w.Err == nil; {
		w.Err = s.sendPending(ctx, &w)
		before := s.left(&w)
		if goesOn = (w.Stop.IsFileOnly() || w.Stop.IsClosed()) && ctx.Err() == nil; goesOn && w.Err == nil {
			w.Err = s.trackDue(ctx, &w)
			goesOn = s.left(&w) > before && !w.Stop.IsClosed()
		}
	}
	unknown, err := s.job.Ledger.Unknown(s.Instance)
	w.Counts[csvmodel.Unknown] = decidable(unknown)
	switch hasLeft := w.Counts[csvmodel.Unsent]+w.Counts[csvmodel.Unknown] > 0; {
	case hasLeft && ctx.Err() != nil:
		w.Stop = msg.Worst(w.Stop, account.Interruption(ctx))
	case !hasLeft && w.Stop.Action() > msg.Withheld: // it was settled since
		w.Stop = msg.Reason{}
	}
	w.Err = s.named(errors.Join(w.Err, err))
	return w
}

// left counts the rows that are planned for the account.
func (s *Sender) left(w *Work) (rows int) {
	pending, err := s.job.Ledger.Pending(s.Instance)
	for _, p := range pending {
		rows += p.Own + p.Free
	}
	w.Counts[csvmodel.Unsent], w.Err = rows, errors.Join(w.Err, err)
	return rows
}

// sendPending sends run by run, the shortest first, until each has had its turn. It takes the
// instance where there is something to send.
func (s *Sender) sendPending(ctx context.Context, w *Work) error {
	noWait := s.Settings.NoWait
	s.Settings.NoWait = true // other runs can go on meanwhile
	defer func() { s.Settings.NoWait = noWait }()
	w.Stop = msg.Reason{}
	for done := map[int64]bool{}; ctx.Err() == nil && w.Stop.IsFileOnly(); {
		next, err := s.nextPending(done, 0)
		if err != nil || next.ID == 0 {
			return err
		}
		if err := s.begin(ctx); err != nil {
			return err
		}
		done[next.ID] = true
		stop, err := s.sendOne(ctx, w, next, func() (bool, error) {
			shorter, err := s.nextPending(done, next.ID)
			if shorter.ID != 0 {
				delete(done, next.ID) // it goes on after that one
			}
			return shorter.ID != 0, err
		})
		if w.Stop = msg.Worst(w.Stop, stop); err != nil {
			return err
		}
	}
	return nil
}

// nextPending returns the shortest run that is not done and, unless that is 0, shorter than
// another one.
func (s *Sender) nextPending(done map[int64]bool, than int64) (ledger.Pending, error) {
	pending, err := s.job.Ledger.Pending(s.Instance)
	for _, p := range pending {
		if p.ID == than {
			break
		}
		if !done[p.ID] {
			return p, err
		}
	}
	return ledger.Pending{}, err
}

// sendOne also leaves a run for later that somebody else sends, and one that yields.
func (s *Sender) sendOne(ctx context.Context, w *Work, p ledger.Pending, yields func() (bool, error)) (msg.Reason, error) {
	if p.Free > 0 {
		file, err := s.job.Ledger.LockFile(p.Content, p.Name, s.job.terms())
		if isHeld(err) {
			return msg.Reason{}, nil
		}
		if err != nil {
			return msg.Reason{}, err
		}
		defer file.Release()
	}
	if err := s.startRun(p.Run); err != nil {
		return msg.Reason{}, err
	}
	before, err := s.counts(p.Run)
	if err != nil {
		return msg.Reason{}, err
	}
	f := &Sending{Run: p.Run, job: s.job, forecast: func(Forecast) {}, progress: map[*Sender]Progress{}, yields: yields}
	summary, err := s.sendRun(ctx, f)
	after, errCounts := s.counts(p.Run)
	w.Counts[csvmodel.Accepted] += after[csvmodel.Accepted] - before[csvmodel.Accepted]
	if err = errors.Join(err, s.noteEnd(p.Run, summary), errCounts); err != nil {
		return summary.Stop, err
	}
	ended := Summary{Stop: summary.Stop, LastDeparture: summary.LastDeparture}
	if err = s.job.endRun(p.Run, &ended); !ended.Run.Finished.IsZero() {
		w.Finished = append(w.Finished, ended)
	}
	return summary.Stop, err
}

// trackDue stays for what can be settled, unless Settings.NoWait is set. Then it looks as often
// as inbox does, and as all other processes together. It leaves that to who has the instance.
func (s *Sender) trackDue(ctx context.Context, w *Work) error {
	start := time.Now()
	isDue, err := s.IsTrackDue()
	if err != nil || s.Settings.NoWait && !isDue {
		return err
	}
	if err := s.begin(ctx); isHeld(err) {
		return nil
	} else if err != nil {
		return err
	}
	_, stop, err := s.Track(ctx, TrackInterval)
	w.Stop = msg.Worst(w.Stop, stop)
	if err != nil {
		return err
	}
	return s.NoteTracked(start)
}
