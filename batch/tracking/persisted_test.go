package tracking

import (
	"encoding/json"
	"testing"
	"time"
)

// TestWhatIsKeptOfACursor has the text that ledgers hold: another version goes on
// with it.
func TestWhatIsKeptOfACursor(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	got, err := json.Marshal(cursor{PolledAt: at, PausedUntil: at, SettledBefore: at, Covered: interval{at, at}, LookedUpAt: at, LookupsPausedUntil: at})
	want := `{"asked":"2026-11-22T09:00:00Z","resting":"2026-11-22T09:00:00Z","settled":"2026-11-22T09:00:00Z",` +
		`"shown":{"from":"2026-11-22T09:00:00Z","to":"2026-11-22T09:00:00Z"},"each":"2026-11-22T09:00:00Z","eachRests":"2026-11-22T09:00:00Z"}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	if cursorKey("1101") != "delivery 1101" || webhookKey("1101") != "reports deliveries 1101" {
		t.Errorf("under %q and %q", cursorKey("1101"), webhookKey("1101"))
	}
}
