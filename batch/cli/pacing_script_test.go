package cli

import (
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"contact-distributor/batch/sandbox"
)

// queue DELAY [OTHERS] makes the imitation's queue let one message go each DELAY,
// and puts so many messages of another sender into it.
func cmdQueue(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: queue DELAY [OTHERS]")
	}
	delay, err := time.ParseDuration(args[0])
	ts.Check(err)
	account := theImitation(ts).account
	account.Configure(func(c *sandbox.Config) { c.Delay, c.CountEvery = delay, 0 })
	if len(args) == 2 {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		for range n {
			account.Foreign(sandbox.SendContact{ChatID: "11000000001@c.us"})
		}
	}
}

// hours NAME FROM TO puts a window into a variable that begins and ends so long
// from now, in UTC; negative is before now.
func cmdHours(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: hours NAME FROM TO")
	}
	var ends []string
	for _, arg := range args[1:] {
		d, err := time.ParseDuration(arg)
		ts.Check(err)
		ends = append(ends, time.Now().UTC().Add(d).Format("15:04"))
	}
	ts.Setenv(args[0], strings.Join(ends, "-"))
}
