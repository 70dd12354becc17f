package batch_test

import (
	"encoding/json"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
)

func TestTimesAreToldByTheClocksOfTheHours(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings batch.Settings
		want     string
	}{
		{"of the zone", batch.Settings{Window: mustHours(t, "09:00-20:00", "Asia/Kathmandu")}, "Asia/Kathmandu"},
		{"of this machine, where there are none", batch.Settings{}, time.Local.String()},
	} {
		t.Run(c.name, func(t *testing.T) {
			settings, err := json.Marshal(c.settings)
			if err != nil {
				t.Fatal(err)
			}
			got, err := batch.SettingsOf(ledger.Run{Settings: settings})
			if err != nil || got.Window.Location().String() != c.want {
				t.Errorf("%s, %v", got.Window.Location(), err)
			}
		})
	}
}
