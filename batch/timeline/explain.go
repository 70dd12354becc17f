// Package timeline tells all that happened to a row, a message or a recipient, in order
// of time, from the ledger alone. It changes nothing, leaves out nothing that the ledger
// holds of them, and may work beside a run. An Explainer comes first.
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

// Explainer finds out what a ledger knows.
type Explainer struct{ Ledger *ledger.Ledger }

// Explanation is what the ledger knows of a row, a message or a chat. Its JSON is what
// explain --json prints.
type Explanation struct {
	Rows    []Row   `json:"rows"`    // the requested ones first, else oldest first
	Steps   []Step  `json:"events"`  // of all rows, in order of time
	Aliases []Alias `json:"aliases"` // other ids of the chats
}

// Row is a row as it is now.
type Row struct {
	// IsRequested is false where the row only has the same card for the same chat as a
	// requested one.
	IsRequested bool              `json:"asked"`
	Run         int64             `json:"run"`
	File        string            `json:"file"` // its path
	Number      int               `json:"row"`  // as a spreadsheet shows it
	Line        int               `json:"line"`
	ChatID      string            `json:"chatId"`
	Phone       string            `json:"phoneContact"`
	Status      csvmodel.Status   `json:"status"`
	IDMessage   string            `json:"idMessage"`
	Instance    string            `json:"idInstance"`
	Attempts    int               `json:"attempts"`
	Delivery    csvmodel.Delivery `json:"delivery"`
	Reasons     []msg.Reason      `json:"reasons"`
	Outlook     Outlook           `json:"prospect"`

	FileName string `json:"-"`
	Names    string `json:"-"` // on the card, joined by spaces
	card     ledger.Card
}

// Alias is another id of a chat, as the records of an instance showed it.
type Alias struct {
	LID      string    `json:"lid"`
	ChatID   string    `json:"chatId"`
	Instance string    `json:"idInstance"`
	At       time.Time `json:"time"`
}

func newRow(run ledger.Run, row ledger.Row, isRequested bool) Row {
	f := row.Fields
	return Row{
		IsRequested: isRequested, Run: run.ID, File: run.Path, Number: row.Number, Line: row.Line, ChatID: f.ChatID, Phone: f.PhoneContact,
		Status: row.State.Status(), IDMessage: row.IDMessage, Instance: row.Instance, Attempts: row.Attempt, Delivery: row.Delivery,
		Reasons: row.Reasons, FileName: run.Name, card: row.Card,
		Names: strings.Join(strings.Fields(strings.Join([]string{f.FirstName, f.MiddleName, f.LastName, f.Company}, " ")), " "),
	}
}

// ErrNotFound says that the ledger knows nothing of what was requested.
var ErrNotFound = msg.Problem("explain.not-found", nil)

// Row explains the row of a run that begins on this line of the file, and all rows with
// the same card for the same chat.
func (x Explainer) Row(run ledger.Run, line int) (Explanation, error) {
	row, err := x.Ledger.RowAt(run.ID, line)
	if errors.Is(err, ledger.ErrNoRow) {
		return Explanation{}, msg.Problem("explain.no-line", msg.Args{"Err": ErrNotFound, "File": run.Name, "Line": line})
	}
	if err != nil {
		return Explanation{}, err
	}
	e, err := x.withSameCard([]ledger.Row{row}, "")
	for i := range e.Rows {
		if e.Rows[i].Run == run.ID { // by the name that was asked for: a run may have several
			e.Rows[i].File, e.Rows[i].FileName = run.Path, run.Name
		}
	}
	return e, err
}

// Message explains the rows that have this idMessage, and all rows with the same card
// for the same chat; or the message that the service sent once more by itself.
func (x Explainer) Message(id string) (Explanation, error) {
	rows, err := x.Ledger.RowsWithMessage(id)
	if err != nil {
		return Explanation{}, err
	}
	return x.withSameCard(rows, id)
}

// Chat explains the rows for a chat, given by its normalised id, also by the other ids
// that it is known to have.
func (x Explainer) Chat(chat string) (Explanation, error) {
	aliases, err := x.Ledger.Aliases(chat)
	if err != nil {
		return Explanation{}, err
	}
	chats := []string{chat}
	for _, a := range aliases {
		chats = append(chats, a.LID, a.Chat)
	}
	rows, err := x.Ledger.RowsTo(chats...)
	if err != nil {
		return Explanation{}, err
	}
	return x.explain(rows, nil, "")
}

// withSameCard explains rows, and the rows of all runs that have the same card for the
// same chat as one of them.
func (x Explainer) withSameCard(requested []ledger.Row, message string) (Explanation, error) {
	var chats []string
	for _, row := range requested {
		chats = append(chats, row.Fields.ChatID)
	}
	all, err := x.Ledger.RowsTo(chats...)
	if err != nil {
		return Explanation{}, err
	}
	others := slices.DeleteFunc(all, func(row ledger.Row) bool {
		hasSameCard := func(r ledger.Row) bool { return r.Card == row.Card }
		isItself := func(r ledger.Row) bool { return r.Run == row.Run && r.Seq == row.Seq }
		return slices.ContainsFunc(requested, isItself) || !slices.ContainsFunc(requested, hasSameCard)
	})
	return x.explain(requested, others, message)
}

// explain explains rows, and what the service sent by itself: this message, or to the
// chats of the rows.
func (x Explainer) explain(requested, others []ledger.Row, message string) (Explanation, error) {
	c := collector{
		ledger: x.Ledger, now: time.Now(), runs: map[int64]runRecord{}, chats: map[string]bool{},
		explained: Explanation{Aliases: []Alias{}, Steps: []Step{}, Rows: []Row{}},
	}
	rows := slices.Concat(requested, others)
	if err := c.addAliases(rows); err != nil {
		return Explanation{}, err
	}
	if err := c.addResends(message); err != nil {
		return Explanation{}, err
	}
	for i, row := range rows {
		if err := c.addRow(row, i < len(requested)); err != nil {
			return Explanation{}, err
		}
	}
	e := c.explained
	if len(e.Rows)+len(e.Steps) == 0 {
		return e, ErrNotFound
	}
	e.markResendable()
	e.Steps = inOrder(e.Steps)
	return e, nil
}
