package cli

import (
	"bytes"
	"strings"
	"testing"
)

func TestWhatIsSaidOfARunThatWasAltered(t *testing.T) {
	const (
		itself  = "DIFFERS  what the ledger says of the run itself was altered: the hash of its file"
		start   = "DIFFERS  what the ledger says of the newest start of the run was altered"
		damaged = "DIFFERS  what the ledger says of the run itself was damaged or altered, so that it cannot be read and nothing else of the run can be looked at: "
		fine    = "All of it agrees."
	)
	for _, c := range []struct {
		name, statement, want string
	}{
		{"by nobody", "SELECT 1", fine},
		{"its user", "UPDATE runs SET user = 'somebody'", itself},
		{"its settings", `UPDATE runs SET settings = replace(CAST(settings AS TEXT), '"rate":', '"rate":1')`, start},
		{"its settings, to nothing that can be read", "UPDATE runs SET settings = 'x'", start},
		{"its settings, written in another way only", "UPDATE runs SET settings = replace(CAST(settings AS TEXT), ',', ', ')", fine},
		{"the name of its file", "UPDATE runs SET name = 'd.csv'", start},
		{"when it finished", "UPDATE runs SET finished = finished + 1000", start},
		{"when it finished, as a start leaves it that is killed at once", "UPDATE runs SET finished = 0, settings = '{}'", fine},
		{"its settings, and a start is noted", "UPDATE runs SET settings = '{}'; INSERT INTO notes (at, run, seq, instance, kind, attempt, reason) VALUES (0, 1, 0, '', 'start', 0, '{}')", fine},
		{"its form", "UPDATE runs SET form = CAST(form AS TEXT) || 'x'", damaged + "form"},
		{"whether it goes again", "UPDATE runs SET again = 1000", damaged + "again"},
		{"whether it goes again, to a word", "UPDATE runs SET again = 'x'", damaged + "again"},
		{"the number of its rows, to a word", "UPDATE runs SET total = 'x'", damaged + "total"},
		{"when it was planned, to a word", "UPDATE runs SET planned = 'x'", damaged + "times"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, run := tamper(t, func(p tampering) { p.sql(c.statement) })
			var said bytes.Buffer
			status := Main(t.Context(), []string{"report", run.Path, "--verify"}, Streams{Out: &said, Err: &said})
			if want := map[bool]int{true: 0, false: exitRows}[c.want == fine]; status != want || !strings.Contains(said.String(), c.want) {
				t.Errorf("status %d\n%s", status, said.String())
			}
		})
	}
}
