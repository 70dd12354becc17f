package batch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
)

// TestOnlyAgainSendsAFileMoreThanOnce starts two files in any way and under any name, is
// interrupted and loses answers. The second file has one row corrected now and then.
func TestOnlyAgainSendsAFileMoreThanOnce(t *testing.T) {
	notUnderRace(t)
	notOnServer(t)
	seeds := 12
	if isLong {
		seeds = 300
	}
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) { startInAnyWay(t, w, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func startInAnyWay(t *testing.T, w *world, random *rand.Rand) {
	again := 0 // runs of --again
	w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: func(sandbox.Request) bool { return random.IntN(8) == 0 }},
		sandbox.Fault{Do: sandbox.CloseConn, If: func(sandbox.Request) bool { return random.IntN(8) == 0 }})
	for range 12 {
		w.settings.Again = random.IntN(5) == 0
		w.settings.NoWait = random.IntN(3) == 0
		w.settings.Dedupe = []ledger.Dedupe{{}, {File: true}, {Within: time.Minute}}[random.IntN(3)]
		in := anyFile(t, w, random)
		ctx := context.Context(t.Context())
		if random.IntN(2) == 0 {
			ctx = w.ongoing(time.Duration(random.IntN(3000)) * time.Millisecond)
		}
		if _, err := w.send(ctx, in); err != nil {
			t.Fatal(err)
		}
		if random.IntN(3) == 0 {
			w.track(0)
		}
		time.Sleep(time.Duration(random.IntN(30)) * time.Minute)
	}
	w.withLedger(func(r batch.Runs) {
		runs, err := r.Ledger.Runs(1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range runs {
			if run.Again {
				again++
			}
		}
	})
	sent := map[string]int{}
	for _, m := range w.instance.Messages() {
		sent[m.ChatID+m.Contact.FirstName]++
	}
	for card, n := range sent {
		if n > 1+again {
			t.Errorf("%s went %d times, with %d runs of --again", card, n, again)
		}
	}
}

// anyFile returns one of two files, read in some way.
func anyFile(t *testing.T, w *world, random *rand.Rand) batch.Input {
	var b strings.Builder
	b.WriteString("chatId,phoneContact,firstName\n")
	file := random.IntN(2)
	for row := range 6 {
		name := "Ada"
		if file == 1 && row == 3 && random.IntN(2) == 0 {
			name = "Eve"
		}
		fmt.Fprintf(&b, "%s,+447400123123,%s\n", chatOf(10*file+row), name)
	}
	path := [][]string{{"a.csv", "copy.csv"}, {"b.csv"}}[file]
	in, err := batch.OpenInput(w.text(path[random.IntN(len(path))], b.String()).Path, csvmodel.Options{Region: []string{"", "DE", "GB"}[random.IntN(3)]})
	if err != nil {
		t.Fatal(err)
	}
	return in
}
