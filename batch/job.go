package batch

import (
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Job sends files for one instance, one after the other, and keeps what it knows of the
// account. It is for one goroutine.
type Job struct {
	Ledger   *ledger.Ledger
	Client   *greenapi.Client
	Instance string
	Settings Settings
	Suppress csvmodel.ChatList // must not be written to

	// Cancelled reports whether the rest must not be sent. It is called at least once a second,
	// by one goroutine. It may be nil.
	Cancelled func() bool

	Suffix    string // is appended to the names of output files, such as ".sandbox"
	Overwrite bool   // output files may replace files that the ledger does not know
	Machine   string
	User      string
	Version   string

	Log      *slog.Logger
	Forecast func(Forecast)   // is called once, before the first request
	Progress func(Progress)   // is called by one goroutine, a few times a second
	Interim  func(ledger.Run) // is called before Send waits to settle rows

	current *session // nil before the first file
}

func (j *Job) holder() string { return j.User + "@" + j.Machine }

func (j *Job) addNote(run ledger.Run, kind ledger.NoteKind, why msg.Reason) error {
	return j.Ledger.AddNote(ledger.Note{At: time.Now(), Run: run.ID, Instance: j.Instance, Kind: kind, Reason: why})
}

// session is reused from file to file: another file is no reason to ask the service again, to
// go faster or to have more patience.
type session struct {
	account *account.Account
	monitor *account.Monitor
	poller  *account.QueuePoller
	limiter *pacing.Limiter // nil before the first run begins
	breaker dispatch.Breaker
	readAt  time.Time // of the service's queue, by the newest start that does not wait
}

func (j *Job) session() *session {
	if j.current == nil {
		a := account.New(j.Client, j.Ledger, j.Instance, j.Log)
		keep := func(s greenapi.Settings) error {
			return errors.Join(tracking.NoteSettings(j.Ledger, j.Instance, s), j.noteDelay(s.Delay))
		}
		refuse := func(delay time.Duration) error { return j.Settings.policy().Check(delay) }
		j.current = &session{
			account: a,
			monitor: account.NewMonitor(a, refuse, keep),
			poller:  account.NewQueuePoller(a),
		}
	}
	return j.current
}

// startLimiter needs the lease: another process may have made a request just before.
func (s *session) startLimiter(j *Job) error {
	if s.limiter != nil {
		return nil
	}
	last, err := j.Ledger.LastRequest(j.Instance)
	s.limiter = pacing.NewLimiter(j.Settings.Rate, last, time.Now())
	return err
}

func (j *Job) delay() (delay pacing.Delay, err error) {
	noted, err := j.Ledger.Meta("delay " + j.Instance)
	if err == nil && noted != nil {
		err = json.Unmarshal(noted, &delay)
	}
	return delay, err
}

// noteDelay tells later processes since when the service reports this delay.
func (j *Job) noteDelay(delay time.Duration) error {
	before, err := j.delay()
	if err != nil || before.Delay == delay && !before.Since.IsZero() {
		return err
	}
	noted, err := json.Marshal(pacing.Delay{Delay: delay, Since: time.Now()})
	return errors.Join(err, j.Ledger.SetMeta("delay "+j.Instance, noted))
}

// Settings are what a person chooses for a run. The ledger keeps them with it.
type Settings struct {
	Rate    float64 `json:"rate"`    // requests a second at most
	Workers int     `json:"workers"` // requests under way at once
	// SettleAfter is how long after its end the service may still accept a request.
	SettleAfter Duration `json:"settleAfter"`
	NoWait      bool     `json:"noWait,omitempty"` // Send does not wait to settle rows

	QueueDepth pacing.QueueDepth `json:"queueDepth"`
	Window     pacing.Window     `json:"window,omitzero"`
	PerDay     int               `json:"perDay,omitempty"` // cards in any 24 hours; 0: any number

	Strict bool          `json:"strict,omitempty"`
	Again  bool          `json:"again,omitempty"`
	Dedupe ledger.Dedupe `json:"dedupe"`
	Out    string        `json:"out,omitempty"`
}

// SettingsOf returns the settings of a run's newest start.
func SettingsOf(run ledger.Run) (s Settings, err error) {
	err = json.Unmarshal(run.Settings, &s)
	return s, err
}

func (s Settings) policy() pacing.Policy {
	return pacing.Policy{Rate: s.Rate, QueueDepth: s.QueueDepth, Window: s.Window, PerDay: s.PerDay}
}

// Duration is a time.Duration that is written as text.
type Duration struct{ time.Duration }

func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	return err
}
