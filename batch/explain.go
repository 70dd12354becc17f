package batch

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"contact-distributor/batch/ledger"
)

// Explanation is what the ledger knows of a row, a message or a chat.
type Explanation struct {
	Aliases []ledger.Alias // other ids of the chats
	Rows    []Known        // those that were asked for first, else oldest first
	Steps   []Step         // of all rows, in order of time
}

// Known is a row as it is now.
type Known struct {
	Run      Run
	Row      ledger.Row
	Asked    bool // for; else it has the same card for the same chat as one that was
	Prospect Prospect
}

// Prospect is what is to be expected of a row. The words are stable.
type Prospect string

// The prospects.
const (
	Goes      Prospect = "goes"       // when its file is sent again, unless something is found against it then
	Yields    Prospect = "yields"     // it does not go while another row with the same card went, or may have
	Gone      Prospect = "gone"       // it went, and the same card does not go again by itself
	MayGo     Prospect = "may-go"     // it went, and nothing keeps the same card from going again
	Decidable Prospect = "decidable"  // the service's records may still tell whether it went
	ByHand    Prospect = "by-hand"    // only a person can tell that
	UnderWay  Prospect = "under-way"  // the service is asked now, or the program was killed when it was
	ToCorrect Prospect = "to-correct" // it does not go before it is corrected
)

// ErrNothingKnown is what errors.Is finds where the ledger knows nothing of what
// was asked for.
var ErrNothingKnown = errors.New("nothing is known")

// ExplainRow tells of the row of a run that begins on this line of the file, and
// of all rows with the same card for the same chat.
func (r Records) ExplainRow(run Run, line int) (Explanation, error) {
	row, err := r.Ledger.RowAt(run.ID, line)
	if errors.Is(err, ledger.ErrNoRow) {
		return Explanation{}, fmt.Errorf("%w: %s has no row that begins on line %d: see the column line of its results", ErrNothingKnown, run.Name, line)
	}
	if err != nil {
		return Explanation{}, err
	}
	return r.explain([]ledger.Row{row}, true, "")
}

// ExplainMessage tells of the rows that have this idMessage, and of all rows with
// the same card for the same chat; or of the message that the service sent once
// more by itself.
func (r Records) ExplainMessage(id string) (Explanation, error) {
	rows, err := r.Ledger.RowsWithMessage(id)
	if err != nil {
		return Explanation{}, err
	}
	return r.explain(rows, true, id)
}

// ExplainChat tells of the rows for a chat, given by its normalised id, also by
// the other ids that it is known to have.
func (r Records) ExplainChat(chat string) (Explanation, error) {
	aliases, err := r.Ledger.Aliases(chat)
	if err != nil {
		return Explanation{}, err
	}
	chats := []string{chat}
	for _, a := range aliases {
		chats = append(chats, a.LID, a.Chat)
	}
	rows, err := r.Ledger.RowsTo(chats...)
	if err != nil {
		return Explanation{}, err
	}
	return r.explain(rows, false, "")
}

// explain tells of these rows, with all others that have the same card if that is
// wanted, and of what the service sent by itself: this message, or to their chats.
func (r Records) explain(asked []ledger.Row, same bool, id string) (e Explanation, err error) {
	rows := asked
	if same && len(asked) > 0 {
		if rows, err = r.withSameCard(asked); err != nil {
			return e, err
		}
	}
	t := teller{ledger: r.Ledger, now: time.Now(), runs: map[int64]ranPast{}, chats: map[string]bool{}}
	if err := t.tellAliases(&e, rows); err != nil {
		return e, err
	}
	if err := t.tellRepeats(&e, id); err != nil {
		return e, err
	}
	for i, row := range rows {
		if err := t.tell(&e, row, i < len(asked)); err != nil {
			return e, err
		}
	}
	if len(e.Rows)+len(e.Steps) == 0 {
		return e, ErrNothingKnown
	}
	e.goAgain()
	e.Steps = inOrder(e.Steps)
	return e, nil
}

// goAgain says of rows that went that the same card may go again where it does, in
// another row.
func (e Explanation) goAgain() {
	for i, known := range e.Rows {
		goes := func(k Known) bool { return k.Prospect == Goes && k.Row.Card == known.Row.Card }
		if known.Prospect == Gone && slices.ContainsFunc(e.Rows, goes) {
			e.Rows[i].Prospect = MayGo
		}
	}
}

// withSameCard adds the rows of all runs that have the same card for the same chat
// as one of these.
func (r Records) withSameCard(asked []ledger.Row) ([]ledger.Row, error) {
	var chats []string
	for _, row := range asked {
		chats = append(chats, row.Fields.ChatID)
	}
	all, err := r.Ledger.RowsTo(chats...)
	others := slices.DeleteFunc(all, func(row ledger.Row) bool {
		same := func(a ledger.Row) bool { return a.Card == row.Card }
		itself := func(a ledger.Row) bool { return a.Run == row.Run && a.Seq == row.Seq }
		return slices.ContainsFunc(asked, itself) || !slices.ContainsFunc(asked, same)
	})
	return slices.Concat(asked, others), err
}
