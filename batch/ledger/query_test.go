package ledger

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"contact-distributor/csvmodel/msg"
)

func TestRowsAreFoundByMessageAndChat(t *testing.T) {
	l := newLedger(t)
	first, second := newRun(t, l, 1, 7, 8), newRun(t, l, 2, 7, 9)
	accept(t, l, intend(t, l, planned(t, l, first)[0], Scope{}), "ID7")
	accept(t, l, intend(t, l, planned(t, l, second)[1], Scope{}), "ID7") // of another chat

	byMessage := func(id string) func() ([]Row, error) {
		return func() ([]Row, error) { return l.RowsWithMessage(id) }
	}
	to := func(chats ...string) func() ([]Row, error) {
		return func() ([]Row, error) { return l.RowsTo(chats...) }
	}
	for _, c := range []struct {
		name string
		find func() ([]Row, error)
		want []string
	}{
		{"an idMessage is unique within a chat only", byMessage("ID7"), []string{"1:1", "2:2"}},
		{"no idMessage is nobody's", byMessage(""), nil},
		{"nor is one that nobody knows", byMessage("ID8"), nil},
		{"a chat has rows in several files", to("79000000007@c.us"), []string{"1:1", "2:1"}},
		{"several chats have the rows of each", to("79000000009@c.us", "79000000008@c.us"), []string{"1:2", "2:2"}},
		{"no chats have no rows", to(), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := c.find()
			must(t, err)
			var got []string
			for _, r := range rows {
				got = append(got, fmt.Sprintf("%d:%d", r.Run, r.Seq))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestTheHolderOfACardIsTheRowThatWent(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7)
	row := planned(t, l, run)[0]
	if holder, err := l.HolderOf(row, Scope{}); err != nil || holder.Run != 0 {
		t.Errorf("before it went: %+v, %v", holder, err)
	}
	row = intend(t, l, row, Scope{})
	accept(t, l, row, "ID7")
	if holder, err := l.HolderOf(row, Scope{}); err != nil || holder.Run != run.ID || holder.IDMessage != "ID7" {
		t.Errorf("got %+v, %v", holder, err)
	}
}

func TestAliasesLeadFromEachIDOfAChatToAll(t *testing.T) {
	l := newLedger(t)
	must(t, l.LearnChats("1101", map[string]string{"555@lid": "12025550101@c.us", "556@lid": "12025550102@c.us"}, noon))
	must(t, l.LearnChats("1102", map[string]string{"777@lid": "12025550101@c.us"}, noon.Add(time.Hour)))
	for _, c := range []struct {
		name, chat string
		want       []string
	}{
		{"from a number", "12025550101@c.us", []string{"555@lid", "777@lid"}},
		{"from an @lid, by way of the number", "777@lid", []string{"555@lid", "777@lid"}},
		{"from a chat with one other id", "12025550102@c.us", []string{"556@lid"}},
		{"from a chat with none", "12025550103@c.us", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			aliases, err := l.Aliases(c.chat)
			must(t, err)
			var got []string
			for _, a := range aliases {
				got = append(got, a.LID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestNotesOfNoRunAreThoseOfTheInstances(t *testing.T) {
	l := newLedger(t)
	run := newRun(t, l, 1, 7)
	for _, n := range []Note{
		{At: noon, Run: run.ID, Kind: NoteStart},
		{At: noon, Instance: "1101", Kind: NoteResend, Reason: msg.Reason{Code: msg.Repeated}},
		{At: noon, Instance: "1102", Kind: NoteResume},
		{At: noon, Instance: "1102", Kind: NoteSuspension},
	} {
		must(t, l.AddNote(n))
	}
	notes, err := l.InstanceNotes("", NoteResend, NoteResume)
	must(t, err)
	if len(notes) != 2 || notes[0].Kind != NoteResend || notes[0].Instance != "1101" || notes[1].Kind != NoteResume {
		t.Errorf("got %+v", notes)
	}
}
