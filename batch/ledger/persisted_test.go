package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// writeEverything has the ledger write each word that it can.
func writeEverything(t *testing.T, l *Ledger) {
	t.Helper()
	run := newRun(t, l, 1, 1, 2, 3, 4, 5, 1)
	must(t, fileOf(t, l).PrepareRows(run.ID, 7, []csvmodel.Row{{Number: 8, Line: 8, Source: "x", Faults: []msg.Reason{{Code: msg.Phone}, {Code: msg.ChatID}}}})())
	rows := planned(t, l, run)
	accept(t, l, intend(t, l, rows[0], Scope{}), "ID1")
	must(t, sender(t, l).RecordOutcome(intend(t, l, rows[1], Scope{}), Outcome{State: State(csvmodel.Rejected), Reason: msg.Reason{Code: msg.Refused}, At: noon}))
	intend(t, l, rows[2], Scope{})
	lease, err := l.TakeLease("1101", Terms{Holder: "ada@desk"})
	must(t, err)
	must(t, lease.Release())
	takenLeases.Clear()
	_, err = sender(t, l).Suppress(rows[3])
	must(t, err)
	intend(t, l, rows[4], Scope{})
	intend(t, l, rows[5], Scope{})
	deliver(t, l, sent(t, l), csvmodel.DeliveryRead)
	must(t, l.Suspend(Suspension{"1101", "yellowCard", noon}, msg.Reason{Code: msg.Rest}))
	_, err = l.Resume("1101", "ada", noon)
	must(t, err)
	prove(t, l, run, seal(t, l, run))
}

// TestWhatIsKeptInTheFileHasWordsOfItsOwn names all that a later version must still
// understand. It does not follow the names of types and constants.
func TestWhatIsKeptInTheFileHasWordsOfItsOwn(t *testing.T) {
	l := newLedger(t)
	writeEverything(t, l)
	versionQuery, tablesQuery := "PRAGMA user_version", "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
	if onServer {
		versionQuery, tablesQuery = "SELECT version FROM schema_version", "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_name <> 'schema_version' ORDER BY table_name"
	}
	for _, c := range []struct{ name, query, want string }{
		{"version of the schema", versionQuery, "8"},
		{"tables", tablesQuery,
			"chats claims imprints leases manifests meta notes outputs places rests rows runs"},
		{"columns of chats", columnsOf("chats"), "instance lid chat at"},
		{"columns of claims", columnsOf("claims"), "card run seq at"},
		{"columns of imprints", columnsOf("imprints"), "id run series marks"},
		{"columns of leases", columnsOf("leases"), "resource epoch holder token run since progress ends timeout"},
		{"columns of manifests", columnsOf("manifests"), "id run at output series json hash checked"},
		{"columns of meta", columnsOf("meta"), "key value"},
		{"columns of notes", columnsOf("notes"), "id at run seq instance kind attempt reason"},
		{"columns of outputs", columnsOf("outputs"), "path content sum before"},
		{"columns of rests", columnsOf("rests"), "instance state since"},
		{"columns of rows", columnsOf("rows"), "run seq row line source chat phone first middle last company quoted card salt status code args " +
			"instance attempt intended skew ended accepted message learned delivery delivered_at remarks account"},
		{"columns of runs", columnsOf("runs"), "id content options path name output form settings again machine user version total started planned finished cancelled"},
		{"keys of meta", "SELECT key FROM meta WHERE key <> 'timeline' ORDER BY key", "card-key id"},
		{"states", "SELECT status FROM rows ORDER BY seq", "accepted rejected unknown suppressed intended duplicate invalid"},
		{"codes", "SELECT code FROM rows ORDER BY seq", " refused crashed suppressed  duplicate phone chat-id"},
		{"reasons", "SELECT args FROM rows WHERE seq = 6", `[{"code":"duplicate","args":[2,"ID1"]}]`},
		{"how an outcome was learned", "SELECT DISTINCT learned FROM rows WHERE learned <> '' ORDER BY learned", "answer duplicate"},
		{"deliveries", "SELECT delivery FROM rows WHERE delivery <> ''", "read"},
		{"kinds of notes", "SELECT DISTINCT kind FROM notes ORDER BY kind", "attempt delivery rest resume"},
		{"a note's reason", "SELECT reason FROM notes WHERE kind = 'attempt' ORDER BY id LIMIT 1", `{"code":"refused"}`},
		{"first bytes of imprints", "SELECT substr(marks, 1, 1) FROM imprints UNION ALL SELECT substr(marks, 18, 1) FROM imprints", "a r"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(words(t, l, c.query), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func columnsOf(table string) string {
	if onServer {
		return fmt.Sprintf("SELECT column_name FROM information_schema.columns WHERE table_name = '%s' AND table_schema = current_schema() ORDER BY ordinal_position", table)
	}
	return fmt.Sprintf("SELECT name FROM pragma_table_info('%s')", table)
}

// words returns the first column of what the query finds.
func words(t *testing.T, l *Ledger, query string) (all []string) {
	t.Helper()
	rows, err := l.reader(query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var word string
		must(t, rows.Scan(&word))
		all = append(all, word)
	}
	must(t, rows.Err())
	return all
}

func TestConstantsThatAreKeptInTheFile(t *testing.T) {
	kinds := []NoteKind{NoteAttempt, NoteStart, NoteSettled, NoteResend, NoteStop, NoteDelivery, NoteForecast, NoteDeparture, NoteSuspension, NoteResume}
	if want := []NoteKind{"attempt", "start", "settled", "repeat", "stop", "delivery", "forecast", "leaves", "rest", "resume"}; !slices.Equal(kinds, want) {
		t.Errorf("kinds of notes are %q", kinds)
	}
	states := []State{Planned, Intended, State(csvmodel.Accepted), State(csvmodel.Duplicate), State(csvmodel.Suppressed),
		State(csvmodel.Invalid), State(csvmodel.Rejected), State(csvmodel.Unknown)}
	if want := []State{"planned", "intended", "accepted", "duplicate", "suppressed", "invalid", "rejected", "unknown"}; !slices.Equal(states, want) {
		t.Errorf("states are %q", states)
	}
	deliveries := []csvmodel.Delivery{csvmodel.DeliveryPending, csvmodel.DeliverySent, csvmodel.DeliveryDelivered, csvmodel.DeliveryRead,
		csvmodel.DeliveryFailed, csvmodel.DeliveryNoAccount, csvmodel.DeliveryNotInGroup, csvmodel.DeliveryYellowCard, csvmodel.DeliverySuspended, csvmodel.DeliveryExpired}
	if want := []csvmodel.Delivery{"pending", "sent", "delivered", "read", "failed", "noAccount", "notInGroup", "yellowCard", "suspended", "expired"}; !slices.Equal(deliveries, want) {
		t.Errorf("deliveries are %q", deliveries)
	}
}

// TestWhatAPersonSaidIsFoundByItsWord is for the one word that a query names and
// callers give.
func TestWhatAPersonSaidIsFoundByItsWord(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 1)
	row := intend(t, l, planned(t, l, run)[0], Scope{})
	must(t, sender(t, l).RecordOutcome(row, Outcome{State: State(csvmodel.Unknown), Reason: msg.Reason{Code: msg.NoAnswer}, At: noon}))
	must(t, l.Settle(row, Settlement{Taken: true, ResolvedBy: "person", At: noon}))
	if got := words(t, l, "SELECT learned FROM rows"); !slices.Equal(got, []string{"person"}) {
		t.Errorf("got %q", got)
	}
	if rows, err := l.SettledByHand("1101", time.Time{}); err != nil || len(rows) != 1 {
		t.Errorf("got %d rows, %v", len(rows), err)
	}
}
