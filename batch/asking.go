package batch

import (
	"encoding/json"
	"errors"
	"time"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
)

// asking is what one process leaves to the next about the deliveries of an
// instance.
type asking struct {
	Asked   time.Time `json:"asked,omitzero"`   // when the journal was last read
	Resting time.Time `json:"resting,omitzero"` // the plan's quota is used up: nothing is asked before
	Settled time.Time `json:"settled,omitzero"` // of cards that were asked for before, nothing more can become known
	Shown   span      `json:"shown,omitzero"`   // in which readings of the journal together show all that left
	// Each is when single cards were last asked for by their ids, which has a quota
	// of its own: it is used up until EachRests.
	Each      time.Time `json:"each,omitzero"`
	EachRests time.Time `json:"eachRests,omitzero"`
}

func askingName(instance string) string { return "delivery " + instance }

func readAsking(l *ledger.Ledger, instance string) (a asking, err error) {
	text, err := l.Meta(askingName(instance))
	if err != nil || len(text) == 0 {
		return a, err
	}
	return a, json.Unmarshal(text, &a)
}

func (a asking) keep(l *ledger.Ledger, instance string) error {
	text, err := json.Marshal(a)
	return errors.Join(err, l.SetMeta(askingName(instance), text))
}

func reportsName(instance string) string { return "reports deliveries " + instance }

// keepReports remembers whether the account is set so that deliveries become known.
func (j *Job) keepReports(s greenapi.Settings) error {
	word := "no"
	if s.OutgoingWebhook {
		word = "yes"
	}
	if before, err := j.Ledger.Meta(reportsName(j.Instance)); err != nil || string(before) == word {
		return err
	}
	return j.Ledger.SetMeta(reportsName(j.Instance), []byte(word))
}

// Left returns how many of the run's cards were seen to have left the service's
// queue, by quarters of an hour, nil if none was, and when the last of them did.
func (r Records) Left(run ledger.Run) (left map[time.Time]int, last time.Time, err error) {
	for at, err := range r.Ledger.Departures(run.ID) {
		if err != nil {
			return nil, last, err
		}
		if left == nil {
			left = map[time.Time]int{}
		}
		left[at.Truncate(15*time.Minute)]++
		last = latest(last, at)
	}
	return left, last, nil
}

// Tracked says what the deliveries of a run's rows are worth.
type Tracked struct {
	// Asked is when the service was last asked for them; zero: never.
	Asked time.Time
	// Rests is until when nothing is asked, as the plan's quota is used up; zero if
	// that is not so.
	Rests time.Time
	// On: the accounts are set so that deliveries become known. Off: one is not.
	// Neither: nobody has looked.
	On, Off bool
}

// Tracked returns what is known of that. Of several instances the one counts of
// which the least is known.
func (r Records) Tracked(run ledger.Run) (Tracked, error) {
	instances, err := r.Ledger.InstancesOf(run.ID)
	if err != nil {
		return Tracked{}, err
	}
	all := Tracked{On: len(instances) > 0}
	for i, instance := range instances {
		asking, err := readAsking(r.Ledger, instance)
		if err != nil {
			return Tracked{}, err
		}
		reports, err := r.Ledger.Meta(reportsName(instance))
		if err != nil {
			return Tracked{}, err
		}
		all.On, all.Off = all.On && string(reports) == "yes", all.Off || string(reports) == "no"
		if asking.Resting.After(time.Now()) {
			all.Rests = latest(all.Rests, asking.Resting)
		}
		if i == 0 || asking.Asked.Before(all.Asked) {
			all.Asked = asking.Asked
		}
	}
	if all.Asked.Before(run.Started) { // that was about other runs
		all.Asked = time.Time{}
	}
	return all, nil
}
