package timeline

import (
	"testing"
	"time"

	"contact-distributor/csvmodel/msg"
)

func TestWhatHappenedIsToldInWords(t *testing.T) {
	reasons := []msg.Reason{{Code: msg.TimeLimit}}
	until := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	for _, c := range []struct {
		name string
		step Step
		want string
	}{
		{"a row with nothing remarkable", Step{Kind: StepRead}, "the file was read"},
		{"a row with something", Step{Kind: StepRead, Reasons: reasons}, "the file was read: the time for this run was over; the next one goes on"},
		{"what happened again and again", Step{Kind: StepStarted, Times: 3, Until: until}, "the file was run again (in all 3 times, the last on 2026-03-01 12:00:00)"},
		{"an attempt", Step{Kind: StepAttempt, Attempt: 2, Reasons: reasons}, "attempt 2: the time for this run was over; the next one goes on"},
		{"a note of a kind that is told by its reason", Step{Kind: "moved", Reasons: reasons}, "the time for this run was over; the next one goes on"},
		{"a card that was taken", Step{Kind: StepAccepted, Attempt: 1, IDMessage: "3EB0"}, "attempt 1: the service has queued the card, as 3EB0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.step.Words(msg.English); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
