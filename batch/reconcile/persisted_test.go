package reconcile

import (
	"encoding/json"
	"testing"
	"time"

	"contact-distributor/csvmodel"
)

// TestWhatIsKeptOfASnapshot has the text that ledgers hold: another version goes on
// with it.
func TestWhatIsKeptOfASnapshot(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	got, err := json.Marshal(storedSnapshot{At: at, Ready: at.Add(time.Minute), Watched: at.Add(time.Second), Covers: true,
		Due: []ref{{1, 2, 3}}, Queue: []storedMessage{{"3EB0", 447700900123, csvmodel.Fields{ChatID: "12025550101@c.us"}}}})
	want := `{"at":"2026-11-22T09:00:00Z","ready":"2026-11-22T09:01:00Z","watched":"2026-11-22T09:00:01Z","covers":true,` +
		`"due":[{"run":1,"seq":2,"attempt":3}],"queue":[{"id":"3EB0","phone":447700900123,"body":` +
		`{"ChatID":"12025550101@c.us","PhoneContact":"","FirstName":"","MiddleName":"","LastName":"","Company":"","QuotedMessageID":""}}]}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	if key := (&Reconciler{Options: Options{Instance: "1101"}}).metaKey(); key != "reading 1101" {
		t.Errorf("under %q", key)
	}
}
