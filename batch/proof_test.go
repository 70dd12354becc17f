package batch_test

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// at opens the ledger between two starts.
func (w *world) at(do func(r batch.Runs)) {
	w.t.Helper()
	l, err := w.open(ledger.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	defer l.Close()
	do(batch.Runs{Ledger: l})
}

// prove makes a manifest of files that are empty.
func (w *world) prove(l *ledger.Ledger, run ledger.Run) {
	w.t.Helper()
	empty := func(suffix string) audit.FileSum {
		path := run.Output + suffix
		return audit.FileSum{Name: filepath.Base(path), SHA256: audit.Hex(sha256.Sum256(w.write(path, nil)))}
	}
	seal, err := l.Seal(run.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	m := audit.New(run, "", "", false)
	m.Results, m.Report = empty(batch.ResultsSuffix+".csv"), empty(batch.ReportSuffix)
	proof, err := audit.Prove(l, run, seal, m)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(run.Output+audit.Suffix, proof.JSON)
}

func (w *world) write(path string, text []byte) []byte {
	w.t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return text
}

// isCurrent reports whether a new manifest is not worth while, and has that recorded.
func (w *world) isCurrent(r batch.Runs, run ledger.Run) bool {
	w.t.Helper()
	summary, err := r.Summary(run)
	if err != nil {
		w.t.Fatal(err)
	}
	proof, err := audit.Current(r.Ledger, run, audit.New(run, "", "", false), summary.Counts, summary.Stop)
	if err != nil {
		w.t.Fatal(err)
	}
	return proof.ID != 0
}

func (w *world) verify(l *ledger.Ledger, run ledger.Run) audit.Verification {
	w.t.Helper()
	v, err := audit.Verify(l, run, nil, nil, func(msg.Language) iter.Seq2[csvmodel.Result, error] { return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// TestWhatTheJobDoesIsNoAlteration proves a run between starts and trackings that
// fail at some commit, now and then or each time, and always finds that nobody has
// altered it.
func TestWhatTheJobDoesIsNoAlteration(t *testing.T) {
	notUnderRace(t)
	notOnServer(t)
	seeds := 8
	if isLong {
		seeds = 60
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) { w.failAndProve(rand.New(rand.NewPCG(uint64(seed), 0))) })
		})
	}
}

func (w *world) failAndProve(random *rand.Rand) {
	w.faultyService()
	w.instance.Configure(func(c *sandbox.Config) {
		c.OutgoingWebhook = true
		c.Outcome = func(s sandbox.SendContact) string {
			ends := map[byte]string{'1': "failed", '2': "noAccount", '3': "yellowCard"}
			return ends[s.ChatID[len("1202555000")]]
		}
	})
	w.settings.NoWait = random.IntN(2) == 0
	in, current := w.file("contacts.csv", append(upTo(20), 3, 4)...), 0
	for range 20 {
		left := 1 + random.IntN(120)
		fail := func(bool) error {
			if left--; left <= 0 {
				return errChaos
			}
			return nil
		}
		_, err := w.sendWith(w.t.Context(), in, ledger.Options{NoSync: true, Fail: fail})
		if random.IntN(2) == 0 {
			w.withJob(ledger.Options{NoSync: true, Fail: fail}, func(job *batch.Job) { _, _, err = job.Senders[0].Track(w.t.Context(), 0) })
		}
		w.at(func(r batch.Runs) {
			run, errRun := r.Find(in.Path)
			if errRun != nil {
				return
			}
			v := w.verify(r.Ledger, run)
			for _, f := range v.Findings {
				if f.Verdict == audit.Differs {
					w.t.Errorf("was taken for altered: %s, by a start that ended with %v", f.Reason, err)
				}
			}
			if !v.IsProven || random.IntN(2) == 0 && !w.isCurrent(r, run) {
				w.prove(r.Ledger, run)
			}
			if random.IntN(2) == 0 && !run.Planned.IsZero() && w.isCurrent(r, run) {
				current++
			}
		})
		time.Sleep(time.Duration(random.IntN(10)) * time.Minute)
	}
	if current == 0 {
		w.t.Error("each start seems to change something")
	}
}

func TestAPersonsWordIsNoAlteration(t *testing.T) {
	for _, sent := range []bool{true, false} {
		t.Run(fmt.Sprintf("sent: %v", sent), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.settings.NoWait = true
				w.faultyService()
				in := w.file("contacts.csv", 1, 2, 3, 4)
				s := w.mustSend(in)
				w.wantCounts(s, "3 accepted 1 unknown")
				time.Sleep(time.Hour)
				w.at(func(r batch.Runs) {
					w.prove(r.Ledger, s.Run)
					if err := r.SettleByHand(s.Run, w.unknownLine(s.Run), sent, "ada@host", time.Now()); err != nil {
						t.Fatal(err)
					}
					v := w.verify(r.Ledger, s.Run)
					later := slices.ContainsFunc(v.Findings, func(f audit.Finding) bool { return f.Reason.Code == "proof.later" && f.Reason.Args[0] == 1 })
					if v.Differences() > 0 || !later {
						t.Errorf("got %v", v.Findings)
					}
				})
			})
		})
	}
}

func (w *world) unknownLine(run ledger.Run) int {
	for _, r := range w.results(run) {
		if r.Status == csvmodel.Unknown {
			return r.Line
		}
	}
	w.t.Fatal("no row is unknown")
	return 0
}
