package batch

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
)

// proofs is what a test remembers of a run's newest manifest.
type proofs struct {
	newest Manifest
	seal   Seal
}

// at opens the ledger between two starts.
func (w *world) at(do func(r Records)) {
	w.t.Helper()
	l, err := ledger.Open(w.ledger, ledger.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	defer l.Close()
	do(Records{Ledger: l})
}

// prove makes a manifest without content.
func (p *proofs) prove(t *testing.T, r Records, run ledger.Run) {
	t.Helper()
	seal, err := r.Seal(run)
	if err != nil {
		t.Fatal(err)
	}
	p.newest, err = r.Prove(run, seal, func(s Seal, _ Manifest) ([]byte, [32]byte, error) {
		p.seal = s
		return []byte("{}"), [32]byte{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (p *proofs) changes(t *testing.T, r Records) Changes {
	t.Helper()
	c, err := r.Changes(p.newest, p.seal)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWhatTheJobDoesIsNoAlteration proves a run between starts and trackings that
// fail at some commit, now and then or each time, and always finds that nobody has
// altered it.
func TestWhatTheJobDoesIsNoAlteration(t *testing.T) {
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
	in := w.file("contacts.csv", append(upTo(20), 3, 4)...)
	var p proofs
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
			w.withJob(ledger.Options{NoSync: true, Fail: fail}, func(job *Job) { _, _, err = job.Track(w.t.Context(), 0) })
		}
		w.at(func(r Records) {
			run, errRun := r.Ledger.NewestRunOf(in.Content)
			if errRun != nil || run.Planned.IsZero() {
				return
			}
			if p.newest.ID > 0 {
				if c := p.changes(w.t, r); c.Any() {
					w.t.Errorf("was taken for altered: %+v, by a start that ended with %v", c, err)
				}
			}
			if p.newest.ID == 0 || random.IntN(2) == 0 {
				p.prove(w.t, r, run)
			}
		})
		time.Sleep(time.Duration(random.IntN(10)) * time.Minute)
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
				w.at(func(r Records) {
					var p proofs
					p.prove(t, r, s.Run)
					if err := r.SettleByHand(s.Run, w.unknownLine(s.Run), sent, "ada@host", time.Now()); err != nil {
						t.Fatal(err)
					}
					if c := p.changes(t, r); c.Any() || c.Later != 1 {
						t.Errorf("got %+v", c)
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
