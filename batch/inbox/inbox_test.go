package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const (
	instanceID = "1101000001"
	token      = "0123456789abcdef0123456789abcdef0123456789abcdef01"
)

// world is a service, a ledger and a folder, in fake time.
type world struct {
	*testing.T
	dir      string
	server   *sandbox.Server
	instance *sandbox.Instance
	south    *sandbox.Instance // of the second account, else nil
	pipe     *sandbox.Pipe
	ledger   *ledger.Ledger
	settings batch.Settings
	ctx      context.Context // of a run
}

func inWorld(t *testing.T, test func(w *world)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		server := sandbox.New(sandbox.Options{})
		w := &world{T: t, dir: filepath.Join(dir, "in"), server: server, instance: server.AddInstance(instanceID, token), pipe: sandbox.NewPipe(server),
			settings: batch.Settings{Rate: 50, Workers: 4, SettleAfter: batch.Duration{Duration: 2 * time.Minute}, NoWait: true},
			ctx:      context.Background()}
		defer w.pipe.Close()
		w.instance.Configure(func(c *sandbox.Config) { c.Limits, c.Delay, c.CountEvery = nil, 0, 0 })
		var err error
		w.ledger, err = ledger.Open(filepath.Join(dir, "ledger.db"), ledger.Options{NoSync: true})
		w.must(errors.Join(err, os.Mkdir(w.dir, 0o700)))
		defer w.ledger.Close()
		test(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) drop(name string, chats ...int) {
	w.Helper()
	text := "chatId,phoneContact,firstName\n"
	for _, chat := range chats {
		text += fmt.Sprintf("12025550%03d@c.us,447400123123,Ada\n", chat)
	}
	w.must(os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600))
}

// run is what cron starts: it returns the notices, those that are not new in
// brackets.
func (w *world) run() (notices []string) {
	w.Helper()
	w.runWith(func(n inbox.Notice) { notices = append(notices, w.brief(n)) })
	return notices
}

func (w *world) runWith(notify func(inbox.Notice)) {
	w.Helper()
	job := &batch.Job{Ledger: w.ledger, Settings: w.settings, Log: slog.New(slog.DiscardHandler),
		Forecast: func(batch.Forecast) {}, Progress: func(batch.Progress) {}, Interim: func(ledger.Run) {}}
	senders := []*batch.Sender{{Instance: instanceID}}
	if w.south != nil {
		senders = []*batch.Sender{{Name: "north", Instance: instanceID}, {Name: "south", Instance: southID}}
	}
	for _, s := range senders {
		client, err := greenapi.New(greenapi.Account{APIURL: "http://sandbox", IDInstance: s.Instance, Token: greenapi.NewToken(token)},
			greenapi.Options{Workers: 4, Transport: &http.Transport{DialContext: w.pipe.DialContext}})
		w.must(err)
		s.Client, s.Settings = client, w.settings
		job.Add(s)
	}
	defer job.Close()
	w.must(inbox.Run(w.ctx, job, w.dir, inbox.Options{
		Started: func(*slog.Logger) {},
		Notify:  notify,
	}))
}

// brief is a notice as a test names it.
func (w *world) brief(n inbox.Notice) string {
	names := map[inbox.Event]string{inbox.Started: "begins", inbox.Waiting: "waits", inbox.Archived: "ends", inbox.Refused: "refused",
		inbox.Undelivered: "undelivered", inbox.Appended: "appended", inbox.Blocked: "blocked", inbox.Failed: "fails"}
	text := names[n.Event] + " " + n.File
	if n.Summary.Run.ID != 0 {
		text += fmt.Sprintf(" %d/%d", n.Summary.Counts[csvmodel.Accepted], n.Summary.Run.Rows)
	}
	if n.Folder != "" {
		folder, err := filepath.Rel(w.dir, n.Folder)
		w.must(err)
		text += " in " + folder[:strings.IndexByte(folder, filepath.Separator)]
	}
	if !n.IsNew {
		text = "(" + text + ")"
	}
	return text
}

// TestARequestThatWasNotTakenGoesAgain has a run of every five minutes see a reading of
// the records through once the request can be settled.
func TestARequestThatWasNotTakenGoesAgain(t *testing.T) {
	for name, side := range map[string]sandbox.When{"not taken": sandbox.Before, "taken": sandbox.After} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.instance.Script(sandbox.Fault{When: side, Do: sandbox.CloseConn, If: sandbox.Nth(2)})
				w.drop("a.csv", 1, 2, 3)
				time.Sleep(time.Hour)
				starts := 0
				for ; !slices.Contains(w.run(), "ends a.csv 3/3 in done"); starts++ {
					if starts == 4 {
						w.Fatal("it is not settled after four runs")
					}
					time.Sleep(5 * time.Minute)
				}
				if n := len(w.instance.Messages()); n != 3 {
					w.Errorf("the service took %d", n)
				}
				if n := w.instance.Requests("lastOutgoingMessages"); n > 4 {
					w.Errorf("the journal was read %d times", n)
				}
			})
		})
	}
}

// TestRequestsAreSettledWhereNoCardMayGo has the day be full when the first request has
// no answer.
func TestRequestsAreSettledWhereNoCardMayGo(t *testing.T) {
	for name, side := range map[string]sandbox.When{"not taken": sandbox.Before, "taken": sandbox.After} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.settings.PerDay = 2
				w.instance.Script(sandbox.Fault{When: side, Do: sandbox.CloseConn, If: sandbox.Nth(1)})
				w.drop("a.csv", 1, 2, 3)
				time.Sleep(time.Hour)
				for range 4 {
					w.run()
					time.Sleep(5 * time.Minute)
				}
				unknown, err := w.ledger.Unknown(instanceID)
				if w.must(err); len(unknown) > 0 || len(w.instance.Messages()) != 2 {
					w.Errorf("%d unknown, %d taken", len(unknown), len(w.instance.Messages()))
				}
			})
		})
	}
}

func TestNoticesOfARun(t *testing.T) {
	for _, c := range []struct {
		name  string
		start func(w *world)
		want  []string
		again []string // what the next run says
	}{
		{"nothing is there", func(*world) {}, nil, nil},
		{"what has fewer rows goes first", func(w *world) { w.drop("a.csv", 1, 2); w.drop("b.csv", 3) },
			[]string{"begins b.csv", "ends b.csv 1/1 in done", "begins a.csv", "ends a.csv 2/2 in done"}, nil},
		{"a file that is no table is refused", func(w *world) { w.drop("a.pdf") }, []string{"refused a.pdf in refused"}, nil},
		{"a table that cannot be read is refused", func(w *world) { w.must(os.WriteFile(filepath.Join(w.dir, "a.csv"), []byte("x;y\n1;2\n"), 0o600)) },
			[]string{"refused a.csv in refused"}, nil},
		{"what has no room today waits, and that is told once", func(w *world) { w.settings.PerDay = 1; w.drop("a.csv", 1, 2) },
			[]string{"begins a.csv", "waits a.csv 1/2"}, []string{"(waits a.csv 1/2)"}},
		{"an account that may not send keeps all files", func(w *world) {
			w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.NotAuthorized })
			w.drop("a.csv", 1)
			w.drop("b.csv", 2, 3)
		}, []string{"waits a.csv 0/1", "waits b.csv"}, []string{"(waits a.csv 0/1)", "(waits b.csv)"}},
		{"cards that did not arrive are told once", func(w *world) {
			w.instance.Configure(func(c *sandbox.Config) {
				c.OutgoingWebhook, c.Outcome = true, func(sandbox.SendContact) string { return "failed" }
			})
			w.drop("a.csv", 1)
		}, []string{"begins a.csv", "ends a.csv 1/1 in done", "undelivered a.csv 1/1"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c.start(w)
				for _, want := range [][]string{c.want, c.again} {
					if got := w.run(); strings.Join(got, "\n") != strings.Join(want, "\n") {
						t.Errorf("got %q, want %q", got, want)
					}
				}
			})
		})
	}
}

func TestAFolderBelongsToItsLedger(t *testing.T) {
	inWorld(t, func(w *world) {
		w.run()
		another, err := ledger.Open(filepath.Join(t.TempDir(), "ledger.db"), ledger.Options{NoSync: true})
		w.must(err)
		defer another.Close()
		job := &batch.Job{Ledger: another, Log: slog.New(slog.DiscardHandler)}
		job.Add(&batch.Sender{Instance: instanceID})
		var other *inbox.OtherLedgerError
		if err := inbox.Run(context.Background(), job, w.dir, inbox.Options{}); !errors.As(err, &other) || other.LedgerPath != w.ledger.Path {
			t.Error(err)
		}
	})
}

func TestAFolderIsMovedOnlyByItsOwnName(t *testing.T) {
	for _, c := range []struct {
		name   string
		marker func(w *world, own []byte) []byte // of the folder that says it was moved
		mode   os.FileMode
		moved  bool
	}{
		{"its own", func(_ *world, own []byte) []byte { return own }, 0o600, true},
		{"one that others may write", func(_ *world, own []byte) []byte { return own }, 0o660, false},
		{"one of an older version, with a path", func(w *world, own []byte) []byte {
			return fmt.Appendf(nil, "%s\n%q\n%q\n", w.ledger.ID, w.ledger.Path, w.dir)
		}, 0o600, false},
		{"one with another name", func(w *world, own []byte) []byte {
			return fmt.Appendf(nil, "%s\n%q\nANOTHERNAME\n", w.ledger.ID, w.ledger.Path)
		}, 0o600, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.drop("a.csv", 1)
				w.run()
				own, err := os.ReadFile(filepath.Join(w.dir, "working/.ledger"))
				w.must(err)
				before, gone := w.dir, w.dir+" gone"
				w.must(os.Rename(before, gone))
				w.dir += " other"
				marker := filepath.Join(w.dir, "working/.ledger")
				w.must(errors.Join(os.MkdirAll(filepath.Dir(marker), 0o700), os.WriteFile(marker, c.marker(&world{dir: before, ledger: w.ledger}, own), 0o600), os.Chmod(marker, c.mode)))
				w.run()
				run, err := batch.Runs{Ledger: w.ledger}.Find("1")
				if moved := strings.HasPrefix(run.Path, w.dir+string(filepath.Separator)); err != nil || moved != c.moved {
					t.Errorf("its file is %s, %v", run.Path, err)
				}
			})
		})
	}
}

func TestWhatRefusesAFileQuotesNothingOfIt(t *testing.T) {
	const secret = "7103000000d75d4e2f9c0a4b8e"
	for _, c := range []struct{ name, table, card string }{
		{"a token", secret + "\n", ""},
		{"columns", "chatId," + secret + ",firstName\n", ""},
		{"a column that is nearly one", "chatId,phoneContac" + secret[:1] + "t,firstName," + secret + "\n", ""},
		{"a column that is there twice", "phoneContact,telefon " + secret + ",ChatID,chatid\n", ""},
		{"telephones", "phone " + secret + ",mobile " + secret + "\n", ""},
		{"a separator", "sep=" + secret[:1] + "\nchatId\n", ""},
		{"a card that is none", "chatId\n", secret + "\n"},
		{"a number in a card", "chatId\n", "BEGIN:VCARD\nVERSION:3.0\nN:Ada;;;;\nFN:Ada\nTEL:" + secret + "\nEND:VCARD\n"},
		{"a version of a card", "chatId\n", "BEGIN:VCARD\nVERSION:" + secret + "\nN:Ada;;;;\nFN:Ada\nTEL:1\nEND:VCARD\n"},
		{"telephones of a card", "chatId\n", "BEGIN:VCARD\nVERSION:3.0\nN:Ada;;;;\nFN:Ada\nTEL:+1" + secret[:10] + "\nTEL:+4" + secret[:10] + "\nEND:VCARD\n"},
		{"a line of a card", "chatId\n", "BEGIN:VCARD\nVERSION:3.0\n" + secret + "\nEND:VCARD\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.must(os.WriteFile(filepath.Join(w.dir, "a.csv"), []byte(c.table), 0o600))
				if c.card != "" {
					w.must(os.WriteFile(filepath.Join(w.dir, "a.vcf"), []byte(c.card), 0o600))
				}
				told := ""
				w.runWith(func(n inbox.Notice) {
					for _, l := range msg.Languages() {
						told += msg.Join(n.Reasons, l) + "\n"
					}
				})
				why, err := filepath.Glob(filepath.Join(w.dir, "refused/*/a/WHY.txt"))
				w.must(err)
				if len(why) != 1 {
					t.Fatalf("it is not refused: %q", told)
				}
				text, err := os.ReadFile(why[0])
				w.must(err)
				if all := told + string(text); strings.Contains(all, secret[:10]) || len(told) < 10 {
					t.Errorf("got %s", all)
				}
			})
		})
	}
}

func TestARunThatHasEndedLeavesTheOthersToTheNext(t *testing.T) {
	inWorld(t, func(w *world) {
		for _, name := range []string{"a.csv", "b.csv", "c.csv"} {
			w.must(os.WriteFile(filepath.Join(w.dir, name), []byte("x\n1\n"), 0o600))
		}
		time.Sleep(time.Hour)
		var end context.CancelFunc
		w.ctx, end = context.WithCancel(w.ctx)
		var got []string
		w.runWith(func(n inbox.Notice) {
			got = append(got, w.brief(n))
			if n.Event == inbox.Waiting && n.Summary.Stop.Action() != msg.ByNextRun {
				t.Error("the stop is", n.Summary.Stop)
			}
			end()
		})
		if want := []string{"refused a.csv in refused", "(waits b.csv)", "(waits c.csv)"}; !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		w.ctx = context.Background()
		if got := w.run(); len(got) != 2 {
			t.Errorf("the next run: %q", got)
		}
	})
}
