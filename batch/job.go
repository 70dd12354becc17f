package batch

import (
	"encoding/json"
	"log/slog"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
)

// Job sends files, one after the other, from one account or from several side by side. It is
// for one goroutine.
type Job struct {
	Ledger   *ledger.Ledger
	Settings Settings          // that runs are kept with
	Suppress csvmodel.ChatList // must not be written to
	Senders  []*Sender         // of Add, in the order of their accounts

	// Reassign is the instance whose unsent rows go from the other accounts, but for those to
	// recipients that it has written to, if it still sends; "" is none.
	Reassign string

	// Cancelled reports whether the rest must not be sent. It is called at least once a second,
	// concurrently for several accounts. It may be nil.
	Cancelled func() bool

	Suffix    string // is appended to the names of output files, such as ".sandbox"
	Overwrite bool   // output files may replace files that the ledger does not know
	Machine   string
	User      string
	Version   string

	Log      *slog.Logger
	Forecast func(Forecast)   // is called once for an account with rows, before its first request
	Progress func(Progress)   // is called a few times a second, not concurrently for one file
	Interim  func(ledger.Run) // is called before Send waits to settle rows
}

// Add has the job send for one more account.
func (j *Job) Add(s *Sender) {
	s.job = j
	j.Senders = append(j.Senders, s)
}

// Close closes the clients.
func (j *Job) Close() {
	for _, s := range j.Senders {
		s.Client.Close()
	}
}

func (j *Job) terms() ledger.Terms {
	return ledger.Terms{Holder: j.User + "@" + j.Machine, SettleAfter: j.Settings.SettleAfter.Duration}
}

// LockFolder takes a folder, or fails with a *ledger.HeldError.
func (j *Job) LockFolder(dir string) (*ledger.Lease, error) {
	return j.Ledger.LockFolder(dir, j.Senders[0].Instance, j.terms())
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

	Accounts map[string]string `json:"accounts,omitempty"` // the names of several by their instances; Job sets it
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
