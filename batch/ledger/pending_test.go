package ledger

import (
	"fmt"
	"testing"
)

func TestWhatAnAccountIsToSend(t *testing.T) {
	l := newLedger(t)
	long, short, free := newRun(t, l, 1), newRun(t, l, 2), newRun(t, l, 3)
	planFor(t, l, long, "1101", "1101", "1102", "1101")
	planFor(t, l, short, "1101", "1102")
	planFor(t, l, free, "", "", "", "")
	want := func(account, want string) {
		t.Helper()
		pending, err := l.Pending(account)
		must(t, err)
		got := ""
		for _, p := range pending {
			got += fmt.Sprintf("%d:%d+%d ", p.ID, p.Own, p.Free)
		}
		if got != want {
			t.Errorf("%q is to send %q, want %q", account, got, want)
		}
	}
	want("1101", "2:1+0 1:3+0 3:0+4 ")
	want("1102", "1:1+0 2:1+0 3:0+4 ")
	want("1103", "3:0+4 ")
	want("", "3:0+4 ")
	must(t, l.CancelRun(short.ID, noon))
	must(t, l.FinishRun(free.ID, noon))
	want("1101", "1:3+0 ")
	must(t, fileOf(t, l).RestartRun(short))
	want("1101", "2:1+0 1:3+0 ")
	must(t, l.exec("UPDATE runs SET form = 'x' WHERE id = ?", long.ID))
	want("1101", "2:1+0 ")
	newRun(t, l, 4) // without a plan
	want("1102", "2:1+0 ")
}
