package greenapi

import (
	"testing"

	"contact-distributor/csvmodel/msg"
)

func TestStopsSending(t *testing.T) {
	for _, c := range []struct {
		name    string
		err     Error
		stopped bool
	}{
		{"a wrong token", Error{Method: methodSettings, Meaning: Stop, Reason: msg.NewReason(msg.Unauthorized)}, true},
		{"a quota of readings", Error{Method: methodCount, Meaning: Stop, Reason: msg.NewReason(msg.Quota)}, false},
		{"the quota of the state, without which no card may go", Error{Method: methodState, Meaning: Stop, Reason: msg.NewReason(msg.Quota)}, true},
		{"a refused question", Error{Method: methodState, Meaning: Refused, Reason: msg.NewReason(msg.Refused)}, false},
		{"no answer", Error{Method: methodState, Meaning: Unknown}, false},
	} {
		if got := c.err.StopsSending(); got != c.stopped {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
