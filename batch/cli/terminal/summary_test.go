package terminal_test

import (
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// TestASummarysNamesAreHarmless has names that a terminal would act on.
func TestASummarysNamesAreHarmless(t *testing.T) {
	name := "e\x1b]0;x\a\u202e\n.csv"
	s := terminal.Summary{
		Summary: batch.Summary{Run: ledger.Run{ID: 1, Name: name, Path: "/" + name}, Deliveries: csvmodel.DeliveryCounts{csvmodel.Delivery(name): 1}},
		Files:   publish.Files{Results: "/" + name + ".results.csv"},
		Ledger:  "/" + name + ".db",
	}
	for _, asJSON := range []bool{false, true} {
		var text strings.Builder
		if err := s.Write(&text, msg.English, asJSON); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(text.String(), "\x1b\a\u202e") || !asJSON && strings.Contains(text.String(), "\n.csv") {
			t.Errorf("JSON %t: %q", asJSON, text.String())
		}
	}
}

func TestASummaryWithoutAForecastSaysNothingOfIt(t *testing.T) {
	s := terminal.Summary{Summary: batch.Summary{LastDeparture: time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)}}
	var text strings.Builder
	if err := s.Write(&text, msg.English, false); err != nil || strings.Contains(text.String(), "0001") {
		t.Errorf("%q, %v", text.String(), err)
	}
}
