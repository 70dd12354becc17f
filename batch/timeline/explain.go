// Package timeline tells all that happened to a row, a message or a recipient, in order
// of time, from the ledger alone. It promises to change nothing and to leave out
// nothing that the ledger holds of them. An Explainer comes first.
package timeline

import (
	"errors"
	"slices"
	"strings"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Explainer finds out what the ledger knows. It changes nothing, and may work beside a
// run.
type Explainer struct{ Ledger *ledger.Ledger }

// Explanation is what the ledger knows of a row, a message or a chat. Its JSON is what
// explain --json prints.
type Explanation struct {
	Rows    []Row   `json:"rows"`    // those that were asked for first, else oldest first
	Steps   []Step  `json:"events"`  // of all rows, in order of time
	Aliases []Alias `json:"aliases"` // other ids of the chats
}

// Row is a row as it is now.
type Row struct {
	// IsAsked is false where the row only has the same card for the same chat as one
	// that was asked for.
	IsAsked   bool              `json:"asked"`
	Run       int64             `json:"run"`
	File      string            `json:"file"` // its path
	Number    int               `json:"row"`  // as a spreadsheet shows it
	Line      int               `json:"line"`
	ChatID    string            `json:"chatId"`
	Phone     string            `json:"phoneContact"`
	Status    csvmodel.Status   `json:"status"`
	IDMessage string            `json:"idMessage"`
	Instance  string            `json:"idInstance"`
	Attempts  int               `json:"attempts"`
	Delivery  csvmodel.Delivery `json:"delivery"`
	Reasons   []msg.Reason      `json:"reasons"`
	Outlook   Outlook           `json:"prospect"`

	FileName string `json:"-"`
	Names    string `json:"-"` // on the card, joined by spaces
	claim    ledger.Row
}

// Alias is another id of a chat, as the records of an instance showed it.
type Alias struct {
	LID      string    `json:"lid"`
	ChatID   string    `json:"chatId"`
	Instance string    `json:"idInstance"`
	At       time.Time `json:"time"`
}

func newRow(run ledger.Run, row ledger.Row, asked bool) Row {
	f := row.Fields
	return Row{
		IsAsked: asked, Run: run.ID, File: run.Path, Number: row.Number, Line: row.Line, ChatID: f.ChatID, Phone: f.PhoneContact,
		Status: row.State.Status(), IDMessage: row.IDMessage, Instance: row.Instance, Attempts: row.Attempt, Delivery: row.Delivery,
		Reasons: row.Reasons, FileName: run.Name, claim: row,
		Names: strings.Join(strings.Fields(strings.Join([]string{f.FirstName, f.MiddleName, f.LastName, f.Company}, " ")), " "),
	}
}

// Outlook is what is to be expected of a row. The words are stable.
type Outlook string

// The prospects.
const (
	WillSend          Outlook = "goes"       // when its file is sent again, unless something is found against it then
	WaitsForDuplicate Outlook = "yields"     // it does not go while another row with the same card went, or may have
	Sent              Outlook = "gone"       // it went, and the same card does not go again by itself
	MayResend         Outlook = "may-go"     // it went, and nothing keeps the same card from going again
	Decidable         Outlook = "decidable"  // the service's records may still tell whether it went
	NeedsPerson       Outlook = "by-hand"    // only a person can tell that
	UnderWay          Outlook = "under-way"  // the service is asked now, or the program was killed when it was
	ToCorrect         Outlook = "to-correct" // it does not go before it is corrected
)

// ErrNotFound is what errors.Is finds where the ledger knows nothing of what
// was asked for.
var ErrNotFound = msg.Problem("explain.not-found", nil)

// Row tells of the row of a run that begins on this line of the file, and
// of all rows with the same card for the same chat.
func (r Explainer) Row(run ledger.Run, line int) (Explanation, error) {
	row, err := r.Ledger.RowAt(run.ID, line)
	if errors.Is(err, ledger.ErrNoRow) {
		return Explanation{}, msg.Problem("explain.no-line", msg.Args{"Err": ErrNotFound, "File": run.Name, "Line": line})
	}
	if err != nil {
		return Explanation{}, err
	}
	return r.explain([]ledger.Row{row}, true, "")
}

// Message tells of the rows that have this idMessage, and of all rows with
// the same card for the same chat; or of the message that the service sent once
// more by itself.
func (r Explainer) Message(id string) (Explanation, error) {
	rows, err := r.Ledger.RowsWithMessage(id)
	if err != nil {
		return Explanation{}, err
	}
	return r.explain(rows, true, id)
}

// Chat tells of the rows for a chat, given by its normalised id, also by
// the other ids that it is known to have.
func (r Explainer) Chat(chat string) (Explanation, error) {
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
func (r Explainer) explain(asked []ledger.Row, same bool, id string) (Explanation, error) {
	e := Explanation{Rows: []Row{}, Steps: []Step{}, Aliases: []Alias{}} // JSON has a list where there is nothing
	rows, err := asked, error(nil)
	if same && len(asked) > 0 {
		if rows, err = r.withSameCard(asked); err != nil {
			return e, err
		}
	}
	t := collector{ledger: r.Ledger, now: time.Now(), runs: map[int64]runRecord{}, chats: map[string]bool{}}
	if err := t.addAliases(&e, rows); err != nil {
		return e, err
	}
	if err := t.addResends(&e, id); err != nil {
		return e, err
	}
	for i, row := range rows {
		if err := t.addRow(&e, row, i < len(asked)); err != nil {
			return e, err
		}
	}
	if len(e.Rows)+len(e.Steps) == 0 {
		return e, ErrNotFound
	}
	e.markResendable()
	e.Steps = inOrder(e.Steps)
	return e, nil
}

// markResendable says of rows that went that the same card may go again where it does, in
// another row.
func (e Explanation) markResendable() {
	for i, known := range e.Rows {
		goes := func(k Row) bool { return k.Outlook == WillSend && k.claim.Card == known.claim.Card }
		if known.Outlook == Sent && slices.ContainsFunc(e.Rows, goes) {
			e.Rows[i].Outlook = MayResend
		}
	}
}

// withSameCard adds the rows of all runs that have the same card for the same chat
// as one of these.
func (r Explainer) withSameCard(asked []ledger.Row) ([]ledger.Row, error) {
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
