package inbox

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel/msg"
)

func TestWhatIsToldOfARefusedFileIsWholeAndShowsNoCell(t *testing.T) {
	for _, c := range []struct {
		reason msg.Reason
		want   string
	}{
		{msg.NewReason("file-likely", "koi8-r"), "looks like koi8-r text, which is not certain"},
		{msg.NewReason(msg.PhoneShort, "TEL", `"5550100"`, []string{"+1 5550100"}), "TEL: … has fewer than 11 digits: write it with its country code"},
		{msg.NewReason(msg.NameSpoilt, "company", `"JosÃ©"`, `"José"`), "company: … was spoilt when it was saved: enter it again"},
	} {
		got := msg.Join(unquoted([]msg.Reason{c.reason}), msg.English.Office())
		if !strings.HasPrefix(got, c.want) || strings.Contains(got, "such as") {
			t.Errorf("got %s", got)
		}
	}
}
