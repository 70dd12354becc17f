package batch

import (
	"encoding/json"
	"testing"
	"time"

	"contact-distributor/batch/ledger"
)

func TestTimesAreToldByTheClocksOfTheHours(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings Settings
		want     string
	}{
		{"of the zone", Settings{Window: mustHours(t, "09:00-20:00", "Asia/Kathmandu")}, "Asia/Kathmandu"},
		{"of this machine, where there are none", Settings{}, time.Local.String()},
	} {
		t.Run(c.name, func(t *testing.T) {
			settings, err := json.Marshal(c.settings)
			if err != nil {
				t.Fatal(err)
			}
			if got := zoneOf(ledger.Run{Settings: settings}).String(); got != c.want {
				t.Errorf("%s", got)
			}
		})
	}
}
