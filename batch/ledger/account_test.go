package ledger

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// runTo plans a run of one card for each of these chats.
func runTo(t testing.TB, l *Ledger, content byte, chats ...string) Run {
	t.Helper()
	run := Run{Content: [32]byte{content}, Name: "contacts.csv", Path: "/in/" + strconv.Itoa(int(content)), Settings: []byte("{}"), Started: noon}
	must(t, fileOf(t, l).CreateRun(&run))
	var rows []csvmodel.Row
	for i, chat := range chats {
		contact, fields, faults := csvmodel.ParseContact(csvmodel.Fields{ChatID: chat, PhoneContact: "447400123123", FirstName: "Ada"})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		rows = append(rows, csvmodel.Row{Number: i + 2, Line: i + 2, Fields: fields, Contact: contact})
	}
	must(t, fileOf(t, l).PrepareRows(run.ID, 1, rows)())
	must(t, fileOf(t, l).CompletePlan(run.ID, len(rows), noon))
	return run
}

// asBefore gives the rows of a run the cards that they had when the chat was hashed as it
// stands.
func asBefore(t testing.TB, l *Ledger, run Run) {
	t.Helper()
	for _, r := range planned(t, l, run) {
		card := l.hash(r.Fields)
		must(t, l.exec("UPDATE rows SET card = ? WHERE run = ? AND seq = ?", card[:], r.Run, r.Seq))
	}
}

func TestAnAccountGetsACardOnceWhicheverItsForm(t *testing.T) {
	const mexico, mexico1 = "525512345678", "5215512345678"
	for _, c := range []struct {
		name        string
		first, then string
		dedupe      Dedupe
		want        csvmodel.Status // of the second; "" if it goes
	}{
		{"Mexico, the long form first", mexico1, mexico, Dedupe{}, csvmodel.Duplicate},
		{"Mexico, the short form first", mexico, mexico1, Dedupe{}, csvmodel.Duplicate},
		{"Argentina", "5491123456789", "541123456789", Dedupe{}, csvmodel.Duplicate},
		{"Brazil", "551187654321", "5511987654321", Dedupe{}, csvmodel.Duplicate},
		{"within a time", mexico1, mexico, Dedupe{Within: time.Hour}, csvmodel.Duplicate},
		{"after that time", mexico1, mexico, Dedupe{Within: time.Minute}, ""},
		{"in another file, where only the same one counts", mexico1, mexico, Dedupe{File: true}, ""},
		{"a fixed line of Brazil is no mobile number", "551134567890", "5511934567890", Dedupe{}, ""},
		{"another number", mexico1, "525512345679", Dedupe{}, ""},
	} {
		for _, version := range []string{"now", "before", "planned before"} {
			t.Run(c.name+", sent "+version, func(t *testing.T) {
				l := newLedger(t)
				earlier := runTo(t, l, 1, c.first)
				if version != "now" {
					asBefore(t, l, earlier)
				}
				accept(t, l, intend(t, l, planned(t, l, earlier)[0], Scope{}), "A")
				run := runTo(t, l, 2, c.then)
				if version == "planned before" {
					asBefore(t, l, run)
				}
				row := intend(t, l, planned(t, l, run)[0], c.dedupe.Scope(noon.Add(2*time.Minute), run))
				if c.want == "" {
					if row.State != Intended {
						t.Errorf("it is %s: %v", row.State, row.Reasons)
					}
					return
				}
				if row.State.Status() != c.want || msg.Codes(row.Reasons) != "duplicate-earlier same-account" || row.Reasons[1].Word("Chat") != c.first+"@c.us" {
					t.Errorf("it is %s: %v", row.State, row.Reasons)
				}
				if row.Fields.ChatID != c.then+"@c.us" {
					t.Errorf("the chat became %s", row.Fields.ChatID)
				}
				holder, err := l.HolderOf(row, Scope{})
				if must(t, err); holder.IDMessage != "A" {
					t.Errorf("it is held by %+v", holder)
				}
			})
		}
	}
}

func TestAnAccountInOneFile(t *testing.T) {
	for _, scope := range []Scope{{}, {FileOnly: true}, {Again: true}, {Since: noon.Add(time.Hour)}} {
		l := newLedger(t)
		run := runTo(t, l, 1, "525512345678", "5215512345678", "525512345678")
		n, err := l.CountDuplicates(run.ID, "", scope)
		if must(t, err); n != 2 {
			t.Errorf("%d duplicates are foreseen", n)
		}
		rows := planned(t, l, run)
		accept(t, l, intend(t, l, rows[0], scope), "A")
		if row := intend(t, l, rows[1], scope); msg.Codes(row.Reasons) != "duplicate same-account" {
			t.Errorf("the other form: %s, %v", row.State, row.Reasons)
		}
		if row := intend(t, l, rows[2], scope); msg.Codes(row.Reasons) != "duplicate" {
			t.Errorf("the same form: %s, %v", row.State, row.Reasons)
		}
	}
}

func TestTheOtherFormGoesWhereTheFirstOneDidNot(t *testing.T) {
	l := newLedger(t)
	earlier := runTo(t, l, 1, "5215512345678")
	asBefore(t, l, earlier)
	must(t, sender(t, l).RecordOutcome(intend(t, l, planned(t, l, earlier)[0], Scope{}), Outcome{State: State(csvmodel.Rejected), Reason: msg.NewReason(msg.Refused, "no"), At: noon}))
	if row := intend(t, l, planned(t, l, runTo(t, l, 2, "525512345678"))[0], Scope{}); row.State != Intended {
		t.Errorf("it is %s: %v", row.State, row.Reasons)
	}
}

func TestTheOtherFormWaitsForOneInDoubt(t *testing.T) {
	l := newLedger(t)
	intend(t, l, planned(t, l, runTo(t, l, 1, "5215512345678"))[0], Scope{})
	row := intend(t, l, planned(t, l, runTo(t, l, 2, "525512345678"))[0], Scope{})
	if row.State != Planned || msg.Codes(row.Reasons) != "duplicate-doubt same-account" {
		t.Errorf("it is %s: %v", row.State, row.Reasons)
	}
}

// Of many processes that send one card to both forms at once, one does.
func TestBothFormsAtOnce(t *testing.T) {
	path := newPlace(t)
	var (
		wg    sync.WaitGroup
		went  = make(chan Row, 8)
		start = make(chan struct{})
	)
	for i, l := range []*Ledger{reopen(t, path), reopen(t, path)} {
		lease := leaseOf(t, l, anInstance+strconv.Itoa(i))
		for j, chat := range []string{"525512345678", "5215512345678"} {
			row := planned(t, l, runTo(t, l, byte(2*i+j), chat))[0]
			wg.Go(func() {
				<-start
				if r, err := lease.Intend(row, Scope{}, noon, 0); err == nil && r.State == Intended {
					went <- r
				}
			})
		}
	}
	close(start)
	wg.Wait()
	if len(went) != 1 {
		t.Errorf("%d cards went", len(went))
	}
}

func TestAFormerNameAndTheLongForm(t *testing.T) {
	l := newLedger(t)
	earlier := runTo(t, l, 1, "5215512345678")
	asBefore(t, l, earlier)
	accept(t, l, intend(t, l, planned(t, l, earlier)[0], Scope{}), "A")
	for i, chat := range []string{"5215512345678@c.us", "525512345678@c.us"} {
		today := contactRow(t, 2, 1)
		today.Fields.ChatID, today.Fields.LastName = chat, "Lovelace"
		former := today.Fields
		former.LastName = ""
		today.Former = &former
		run := newRun(t, l, byte(2+i))
		must(t, fileOf(t, l).PrepareRows(run.ID, 1, []csvmodel.Row{today})())
		if row := intend(t, l, planned(t, l, run)[0], Scope{}); row.State.Status() != csvmodel.Duplicate {
			t.Errorf("%s: it is %s, %v", chat, row.State, row.Reasons)
		}
	}
}

func TestRowsToAnAccount(t *testing.T) {
	l := newLedger(t)
	runTo(t, l, 1, "5215512345678", "525512345678", "525512345679")
	for _, chat := range []string{"525512345678@c.us", "5215512345678@c.us"} {
		rows, err := l.RowsTo(chat)
		var numbers []int
		for _, r := range rows {
			numbers = append(numbers, r.Number)
		}
		if must(t, err); !slices.Equal(numbers, []int{2, 3}) {
			t.Errorf("%s: rows %v", chat, numbers)
		}
	}
}
