package publish

import (
	"strings"
	"testing"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestWhatIsSaidOfARow(t *testing.T) {
	stop := msg.NewReason(msg.TimeLimit)
	for _, c := range []struct {
		name     string
		row      ledger.Row
		stop     msg.Reason
		code     string
		sentence string // the beginning
	}{
		{"accepted", ledger.Row{State: ledger.State(csvmodel.Accepted)}, msg.Reason{}, "", ""},
		{"accepted and not delivered", ledger.Row{State: ledger.State(csvmodel.Accepted), Delivery: "noAccount"}, msg.Reason{}, "no-account", "chatId: this number has no WhatsApp"},
		{"asked for, whatever was said of an earlier attempt", ledger.Row{State: ledger.Intended, Reasons: []msg.Reason{stop}}, msg.Reason{}, "asked", "asked for; no answer"},
		{"a run is at work", ledger.Row{State: ledger.Planned}, msg.Reason{}, "waiting", "the run has not come to this row yet"},
		{"a run has stopped", ledger.Row{State: ledger.Planned}, stop, "unsent", "not sent: the time for this run was over"},
		{"and that is why the row is as it is", ledger.Row{State: ledger.Planned, Reasons: []msg.Reason{stop}}, stop, "time-limit", "the time for this run was over"},
		{"what was remarked when it was read has a code only", ledger.Row{State: ledger.Planned, Remarks: []msg.Reason{{Code: "remark"}}}, stop, "unsent remark", "not sent: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := result(c.row, c.stop, msg.English)
			code, sentence := msg.Codes(append(r.Reasons, r.Remarks...)), msg.Join(r.Reasons, r.Language)
			if code != c.code || !strings.HasPrefix(sentence, c.sentence) || (sentence == "") != (c.sentence == "") {
				t.Errorf("%s: %q", code, sentence)
			}
		})
	}
}
