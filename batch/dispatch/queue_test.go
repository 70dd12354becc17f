package dispatch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// rowsTo returns one planned row for each letter, which is its chat.
func rowsTo(chats string) []ledger.Row {
	rows := make([]ledger.Row, len(chats))
	for i, chat := range chats {
		rows[i] = ledger.Row{Seq: int64(i + 1), Fields: csvmodel.Fields{ChatID: string(chat)}}
	}
	return rows
}

// queueOf returns a queue of these rows.
func queueOf(rows []ledger.Row, busy ...string) *dispatch.Queue {
	chats := map[string]bool{}
	for _, chat := range busy {
		chats[chat] = true
	}
	fetch := func(after int64, limit int) ([]ledger.Row, error) {
		return rows[min(int(after), len(rows)):min(int(after)+limit, len(rows))], nil
	}
	return dispatch.NewQueue(fetch, 2, chats)
}

// take returns the rows that are ready, as "seq chat".
func take(t *testing.T, q *dispatch.Queue) (rows []ledger.Row, text string) {
	t.Helper()
	var words []string
	for {
		isReady, err := q.Ready()
		if err != nil {
			t.Fatal(err)
		}
		if !isReady {
			return rows, strings.Join(words, " ")
		}
		row := q.Next()
		rows = append(rows, row)
		words = append(words, fmt.Sprintf("%d%s", row.Seq, row.Fields.ChatID))
	}
}

func TestRowsOfOneAccountComeOneAtATime(t *testing.T) {
	rows := rowsTo("abc")
	rows[0].Fields.ChatID, rows[1].Fields.ChatID = "525512345678@c.us", "5215512345678@c.us"
	q := queueOf(rows)
	first, text := take(t, q)
	if text != "1525512345678@c.us 3c" {
		t.Errorf("got %s", text)
	}
	q.Done(first[0])
	if _, text = take(t, q); text != "25215512345678@c.us" {
		t.Errorf("got %s", text)
	}
}

func TestRowsOfOneChatComeOneAtATime(t *testing.T) {
	q := queueOf(rowsTo("abacb"))
	first, text := take(t, q)
	if text != "1a 2b 4c" {
		t.Errorf("got %s", text)
	}
	q.Done(first[0])
	if _, text = take(t, q); text != "3a" {
		t.Errorf("when the row to a is done: %s", text)
	}
	q.Done(first[1])
	if _, text = take(t, q); text != "5b" {
		t.Errorf("when the row to b is done: %s", text)
	}
	if !q.IsEmpty() {
		t.Error("rows are left")
	}
}

func TestAReturnedRowComesBeforeAllOthersAndKeepsItsChat(t *testing.T) {
	q := queueOf(rowsTo("aba"))
	first, _ := take(t, q)
	q.Return(first[0])
	if q.IsEmpty() {
		t.Error("nothing is left")
	}
	if _, text := take(t, q); text != "1a" {
		t.Errorf("got %s", text)
	}
}

func TestRowsOfABusyChatAreNeverReady(t *testing.T) {
	q := queueOf(rowsTo("abc"), "b")
	if _, text := take(t, q); text != "1a 3c" {
		t.Errorf("got %s", text)
	}
	if q.IsEmpty() {
		t.Error("the row to b is lost")
	}
}

func TestALongFileComesInOrder(t *testing.T) {
	chats := strings.Repeat("abcdefghij", 10)
	q, rows := queueOf(rowsTo(chats)), []ledger.Row{}
	for range len(chats) {
		some, _ := take(t, q)
		for _, row := range some {
			q.Done(row)
		}
		rows = append(rows, some...)
	}
	if len(rows) != len(chats) || !q.IsEmpty() || !slices.IsSortedFunc(rows, func(a, b ledger.Row) int { return int(a.Seq - b.Seq) }) {
		t.Errorf("%d rows: %v", len(rows), rows)
	}
}
