package report

import (
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func rowsOf(rows ...csvmodel.Result) iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// htmlOf is the page as bytes.
func htmlOf(t testing.TB, page Page, rows iter.Seq2[csvmodel.Result, error]) string {
	t.Helper()
	path := published(t)(HTML(Place{Stem: filepath.Join(t.TempDir(), "contacts"), Suffix: ".report.html", Mode: 0o600}, page, rows))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// textOf is what a person reads, with single spaces.
func textOf(t testing.TB, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for node := range root.Descendants() {
		if node.Type == html.TextNode && node.Parent.Data != "style" {
			text.WriteString(node.Data + " ")
		}
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func accepted(delivery csvmodel.Delivery) csvmodel.Result {
	return csvmodel.Result{Row: 2, Line: 2, Status: csvmodel.Accepted, Delivery: delivery, AcceptedAt: "2026-11-22T09:10:00Z"}
}

func acceptedAt(clock string) csvmodel.Result {
	r := accepted("")
	r.AcceptedAt = "2026-11-22T" + clock + ":00Z"
	return r
}

func TestThePageSaysNoMoreThanIsKnown(t *testing.T) {
	unknown := csvmodel.Result{Row: 3, Line: 3, Status: csvmodel.Unknown, Reasons: []msg.Reason{{Code: msg.NoAnswer}}}
	unsent := csvmodel.Result{Row: 4, Line: 4, Status: csvmodel.Unsent}
	asked := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		page Page
		rows []csvmodel.Result
		want []string
		not  []string
	}{
		{"accepted is not delivered where nobody has asked", Page{}, []csvmodel.Result{accepted("")},
			[]string{"— delivered the service has not been asked yet", "the service has not been asked. For files of a folder that happens by itself"}, []string{"0 delivered"}},
		{"or where the plan's quota was used up when it was asked", Page{Delivery: Delivery{Reports: ReportsOn, RetryAt: asked}}, []csvmodel.Result{accepted("")},
			[]string{"— delivered the service was asked, but the plan's monthly quota for that is used up; the next try is at 22 Nov 2026 17:00 UTC",
				"asked again from 22 Nov 2026 17:00 UTC on", "Delivery asked for last the service was asked, but"}, []string{"0 delivered", "has not been asked", "never"}},
		{"delivery cannot be known where the account does not report it",
			Page{Delivery: Delivery{Reports: ReportsOff, AskedAt: asked}}, []csvmodel.Result{accepted("sent")},
			[]string{"— delivered cannot be known here", "— read cannot be known here", "outgoingWebhook is off", "Only what was seen.", "sent, not seen to arrive"}, []string{"0 delivered", "0 read"}},
		{"what was read was delivered too", Page{Delivery: Delivery{Reports: ReportsOn, AskedAt: asked}}, []csvmodel.Result{accepted("read"), accepted("delivered"), accepted("sent")},
			[]string{"2 delivered of 3 that reached the service as of 22 Nov 2026 17:00 UTC", "1 read", "at least"}, nil},
		{"an unknown row needs a person", Page{}, []csvmodel.Result{accepted(""), unknown},
			[]string{"1 of 2 rows reached the service.", "1 needs a person", "tell IT the row and whether the card is there", "undecided (1)"}, []string{"The next run finds out"}},
		{"but not while the next run looks for it", Page{Run: Run{IsSettling: true}}, []csvmodel.Result{accepted(""), unknown},
			[]string{"0 need a person", "What is still undecided the next run finds out", "Of 1 row it is not known yet", "The next run finds out"}, []string{"tell IT the row", "No row is"}},
		{"a row that was not sent goes on", Page{Starts: []Note{{}, {Reason: msg.Reason{Code: msg.Interrupted}}}}, []csvmodel.Result{unsent},
			[]string{"0 of 1 rows reached the service.", "1 row has not been sent.", "The run stopped last because: the program was interrupted", "Nothing needs a person now"}, nil},
		{"a run that went on since has no reason to stand", Page{Starts: []Note{{}, {Reason: msg.Reason{Code: msg.Interrupted}}, {}}}, []csvmodel.Result{unsent},
			[]string{"Went on"}, []string{"The run stopped last"}},
		{"an account that needs a person is no row that does",
			Page{Run: Run{NeedsAccount: true}, Starts: []Note{{Reason: msg.NewReason(msg.Rest, "yellowCard", "3", "1101000001")}}}, []csvmodel.Result{accepted(""), unsent},
			[]string{"0 rows need a person But the account does", "1 row has not been sent. The run stopped last because", "tell IT to let instance 1101000001 send again"}, []string{"Nothing needs a person now", "it goes on"}},
		{"what was not to be sent does not go on", Page{Run: Run{IsWithheld: true}, Starts: []Note{{Reason: msg.Reason{Code: msg.Cancelled}}}}, []csvmodel.Result{unsent},
			[]string{"1 row has not been sent. The run stopped last because"}, []string{"it goes on"}},
		{"where nobody looked in time there is no number", Page{Delivery: Delivery{Reports: ReportsOn, AskedAt: asked}}, []csvmodel.Result{accepted("unobserved"), accepted("unobserved")},
			[]string{"— delivered nobody looked in time", "— read nobody looked in time"}, []string{"0 delivered", "0 read"}},
		{"where some were not looked at in time it is at least so many", Page{Delivery: Delivery{Reports: ReportsOn, AskedAt: asked}}, []csvmodel.Result{accepted("unobserved"), accepted("delivered")},
			[]string{"1 delivered of 2 that reached the service as of 22 Nov 2026 17:00 UTC at least: of 1 card it was not asked in time"}, nil},
		{"what an auditor asks for is said not to be known", Page{}, nil,
			[]string{"The file has no rows.", "SHA-256 not known", "Instance not known", "Began not known", "Ended not at its end", "Delivery reports not known", "Delivery asked for last never"}, []string{"Rate", "Hash over all outcomes", "%!"}},
		{"a trial says that it was one", Page{Sandbox: true}, []csvmodel.Result{accepted("")}, []string{"No card was really sent"}, nil},
		{"a delivery that failed needs a person", Page{}, []csvmodel.Result{accepted("noAccount")},
			[]string{"All", "1 needs a person", "no WhatsApp at this number (1)", "reach them in another way"}, nil},
		{"a word for delivery that is not known is shown", Page{}, []csvmodel.Result{accepted("teleported")}, []string{"teleported"}, nil},
		{"what was accepted before the run is not in its hours", Page{Run: Run{Started: asked}}, []csvmodel.Result{accepted(""), acceptedAt("17:10"), acceptedAt("19:10")},
			[]string{"1 card was accepted in an earlier run"}, nil},
		{"a run of some minutes has no chart over time, and bars of one length are none", Page{}, []csvmodel.Result{accepted(""), acceptedAt("09:50")},
			[]string{"accepted 2 100%"}, []string{"Cards over the time", "accepted: 2", "How the run went"}},
		{"resends are shown without the number", samplePage("en", 0), nil,
			[]string{"The service's records show 1 message more than was asked for: a card may have gone twice.", "sent a message to 7900•••••67@c.us once more"}, []string{"to 79001234567"}},
		{"settlements say by whom", samplePage("en", 0), nil,
			[]string{"row 41 By the service's records: found", "row 42 By a person: olga said"}, nil},
		{"the actual time stands beside the forecast", samplePage("en", 0), nil,
			[]string{"forecast: 22 Nov 2026 15:02 UTC+3 what came: 22 Nov 2026 15:42 UTC+3"}, nil},
		{"columns are shown as they were understood", samplePage("en", 0), nil,
			[]string{"“Чат” is chatId", "carried through: Город, Комментарий", "encoding windows-1251, separated by a semicolon"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.page.Zone = zoneOf(c.page.Zone)
			c.page.File.Rows = 0
			got := textOf(t, htmlOf(t, c.page, rowsOf(c.rows...)))
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("does not say %q\n%s", want, got)
				}
			}
			for _, not := range c.not {
				if strings.Contains(got, not) {
					t.Errorf("says %q", not)
				}
			}
		})
	}
}

func zoneOf(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

func TestRowsThatAreNotAccountedForAreAnError(t *testing.T) {
	place := Place{Stem: filepath.Join(t.TempDir(), "c"), Suffix: ".report.html", Mode: 0o600}
	if path, err := HTML(place, Page{File: File{Rows: 2}}, rowsOf(accepted(""))); err == nil || !strings.Contains(err.Error(), "2 rows and 1 are") {
		t.Error("got", path, err)
	}
	broken := errors.New("the ledger broke")
	_, err := HTML(place, Page{}, func(yield func(csvmodel.Result, error) bool) { yield(csvmodel.Result{}, broken) })
	if !errors.Is(err, broken) {
		t.Error("got", err)
	}
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	shape := func(lang string) (shape []string) {
		root, err := html.Parse(strings.NewReader(htmlOf(t, samplePage(lang, 400), sampleRows(400))))
		if err != nil {
			t.Fatal(err)
		}
		for node := range root.Descendants() {
			if node.Type == html.ElementNode && node.Data != "code" { // the word of the files, where it is another
				shape = append(shape, node.Data)
			}
		}
		return shape
	}
	if en, ru := shape("en"), shape("ru"); !slices.Equal(en, ru) {
		t.Errorf("the English page has %d elements, the Russian one %d", len(en), len(ru))
	}
}

func TestKindsAreToldApartWithoutColour(t *testing.T) {
	for _, kinds := range [][]kind{statusKinds, deliveryKinds} {
		looks := map[string]string{}
		for _, k := range kinds {
			if k.pattern != "plain" && !strings.Contains(pageTemplate, `<pattern id="`+k.pattern+`"`) {
				t.Errorf("%q: nothing draws %s", k.word, k.pattern)
			}
			if other, taken := looks[k.pattern]; taken {
				t.Errorf("%q looks like %q", k.word, other)
			}
			looks[k.pattern] = k.word
		}
	}
}

func TestThePageSaysOfHowManyCardsItIsKnownWhenTheyLeft(t *testing.T) {
	page := Page{Departures: map[time.Time]int{time.Date(2026, 11, 22, 9, 15, 0, 0, time.UTC): 1}}
	got := textOf(t, htmlOf(t, page, rowsOf(accepted("sent"), acceptedAt("11:10"))))
	if !strings.Contains(got, "left the queue") || !strings.Contains(got, "Of 1 card it is not known when it left") || strings.Contains(got, "When the cards left") {
		t.Error(got)
	}
}

func TestAccountsStandSideBySide(t *testing.T) {
	of := func(r csvmodel.Result, account string) csvmodel.Result {
		r.Account = account
		return r
	}
	unsent := csvmodel.Result{Row: 4, Line: 4, Status: csvmodel.Unsent}
	rows := rowsOf(of(accepted("read"), "1101000001"), of(accepted("read"), "1101000001"), of(accepted("delivered"), "1101000002"), of(unsent, "1101000002"),
		csvmodel.Result{Row: 5, Line: 5, Status: csvmodel.Invalid})
	page := Page{Delivery: Delivery{Reports: ReportsOn, AskedAt: began},
		Run: Run{Accounts: []Account{{"north", "1101000001"}, {"", "1101000002"}}}}
	text := textOf(t, htmlOf(t, page, rows))
	if want := "Accounts account accepted not sent read delivered north 2 0 2 0 1101000002 1 1 0 1"; !strings.Contains(text, want) {
		t.Errorf("%q is missing in %s", want, text)
	}
	if text := textOf(t, htmlOf(t, Page{}, rowsOf(accepted("read")))); strings.Contains(text, "Accounts") {
		t.Errorf("one account has %s", text)
	}
}
