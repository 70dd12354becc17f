package msg_test

import (
	"testing"

	"contact-distributor/csvmodel/msg"
)

func TestWhoMakesARunGoOn(t *testing.T) {
	for _, c := range []struct {
		name   string
		code   msg.Code
		want   msg.Action
		ofFile bool
	}{
		{"a run at the end of its file needs nobody", "", msg.None, true},
		{"a person knows why a strict run sends nothing", msg.Strict, msg.Withheld, true},
		{"a run outside the hours goes on by itself", msg.Window, msg.ByNextRun, false},
		{"so does one with requests that are not settled, which says nothing of other files", msg.Unsettled, msg.ByNextRun, true},
		{"a wrong token needs a person", msg.Unauthorized, msg.ByPerson, false},
		{"so does a code from a newer program", "from-the-future", msg.ByPerson, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := msg.Reason{Code: c.code}
			if r.Action() != c.want || r.IsFileOnly() != c.ofFile || r.IsZero() != (c.code == "") {
				t.Errorf("action %v, of the file only: %v", r.Action(), r.IsFileOnly())
			}
		})
	}
}

func TestTheWorstOfTwoReasonsCounts(t *testing.T) {
	hours, token, limit := msg.NewReason(msg.Window), msg.NewReason(msg.Unauthorized), msg.NewReason(msg.TimeLimit)
	if got := msg.Worst(hours, token); got.Code != token.Code {
		t.Errorf("got %s", got.Code)
	}
	if got := msg.Worst(hours, limit); got.Code != hours.Code {
		t.Errorf("of two equal ones the first counts, got %s", got.Code)
	}
}
