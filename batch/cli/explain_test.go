package cli

import (
	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"strings"
	"testing"
	"time"
)

func TestWhatHappenedIsToldInWords(t *testing.T) {
	reasons := []msg.Reason{{Code: msg.TimeLimit}}
	until := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		name string
		step timeline.Step
		want string
	}{
		{"a row with nothing remarkable", timeline.Step{Kind: timeline.StepRead}, "the file was read"},
		{"a row with something", timeline.Step{Kind: timeline.StepRead, Reasons: reasons}, "the file was read: the time for this run was over; the next one goes on"},
		{"what happened again and again", timeline.Step{Kind: timeline.StepStarted, Times: 3, Until: until}, "the file was run again (in all 3 times, the last on 2026-03-01 12:00:00)"},
		{"an attempt", timeline.Step{Kind: timeline.StepAttempt, Attempt: 2, Reasons: reasons}, "attempt 2: the time for this run was over; the next one goes on"},
		{"a note of a kind that is told by its reason", timeline.Step{Kind: "moved", Reasons: reasons}, "the time for this run was over; the next one goes on"},
		{"a card that was taken", timeline.Step{Kind: timeline.StepAccepted, Attempt: 1, IDMessage: "3EB0"}, "attempt 1: the service has queued the card, as 3EB0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := stepText(msg.English, c.step); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheCellsOfARowDoNotSteerTheTerminal(t *testing.T) {
	known := timeline.Row{Outlook: timeline.NeedsPerson}
	known.Run.Name, known.Run.Path = "a\x1b[2J.csv", "/in/a\x1b[2J.csv"
	known.Row.Line = 2
	known.Row.State = "unknown"
	known.Row.Fields = csvmodel.Fields{ChatID: "\x1b]0;x\a", FirstName: "Ada\u202e", Company: "a\u00a0b\nc"}
	var text strings.Builder
	if err := explainText(&text, msg.English, timeline.Explanation{Rows: []timeline.Row{known}}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(text.String(), "\x1b\a\u202e\u00a0") || strings.Count(text.String(), "\n") != 5 {
		t.Errorf("got %q", text.String())
	}
	if !strings.Contains(text.String(), "contact-distributor settle /in/a\ufffd[2J.csv:2 --sent or --not-sent") {
		t.Errorf("does not say what to do: %q", text.String())
	}
}
