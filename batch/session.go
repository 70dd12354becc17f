package batch

import (
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel/msg"
)

// session is the account state that a Job reuses from file to file: another file is no
// reason to ask the service again, to go faster or to have more patience. One run uses
// it at a time.
type session struct {
	account *account.Account
	monitor *account.Monitor
	poller  *account.QueuePoller
	limiter *pacing.Limiter // nil before the first run begins
	breaker dispatch.Breaker
}

// session returns the session of the job, which begins with its first file.
func (j *Job) session() *session {
	if j.current == nil {
		a := account.New(j.Client, j.Ledger, j.Instance, j.Log)
		keep := func(s greenapi.Settings) error { return tracking.NoteSettings(j.Ledger, j.Instance, s) }
		refuse := func(delay time.Duration) error { return j.Settings.policy().Check(delay) }
		j.current = &session{
			account: a,
			monitor: account.NewMonitor(a, refuse, keep),
			poller:  account.NewQueuePoller(a),
		}
	}
	return j.current
}

// startLimiter makes the limiter of the session. The lease must be held: another process
// may have made a request just before.
func (s *session) startLimiter(j *Job) error {
	if s.limiter != nil {
		return nil
	}
	last, err := j.Ledger.LastRequest(j.Instance)
	s.limiter = pacing.NewLimiter(j.Settings.Rate, last, time.Now())
	return err
}

// endFile has the state asked for before the next file, where something was not as it
// should be.
func (s *session) endFile(stop msg.Reason, err error) {
	if err != nil || stop.Action() >= msg.ByNextRun || s.breaker.HasUnanswered() {
		s.monitor.Expire()
	}
}
