// Package timeline tells all that the ledger holds of a row, a message or a recipient, in order
// of time. It changes nothing, and may work beside a run. An Explainer comes first.
package timeline

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Explainer finds out what a ledger knows.
type Explainer struct{ Ledger *ledger.Ledger }

// Explanation is what explain --json prints.
type Explanation struct {
	Rows    []Row          `json:"rows"`    // the requested ones first, else oldest first
	Steps   []Step         `json:"events"`  // of all rows, in order of time
	Aliases []ledger.Alias `json:"aliases"` // other ids of the chats
}

// ErrNotFound says that the ledger knows nothing of what was requested.
var ErrNotFound = msg.Problem("explain.not-found", nil)

// Row explains the row of a run that begins on this line, those of the file's other contents
// there that a person's word may be about, and all with the same card for the same chat.
func (x Explainer) Row(run ledger.Run, line int) (Explanation, error) {
	others, err := x.Ledger.RunsAt(run.Path)
	if err != nil {
		return Explanation{}, err
	}
	var rows []ledger.Row
	for _, r := range append([]ledger.Run{run}, others...) {
		if slices.ContainsFunc(rows, func(row ledger.Row) bool { return row.Run == r.ID }) {
			continue // it has several places
		}
		row, err := x.Ledger.RowAt(r.ID, line)
		if err != nil && !errors.Is(err, ledger.ErrNoRow) {
			return Explanation{}, err
		}
		if err == nil && (r.ID == run.ID || row.State.Status() == csvmodel.Unknown || row.ResolvedBy == ledger.ByPerson) {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return Explanation{}, msg.Problem("explain.no-line", msg.Args{"Err": ErrNotFound, "File": run.Name, "Line": line})
	}
	return x.withSameCard(run, "", rows...)
}

// Message explains the rows with this idMessage or their card for the same chat, or the message
// that the service sent once more by itself.
func (x Explainer) Message(id string) (Explanation, error) {
	rows, err := x.Ledger.RowsWithMessage(id)
	if err != nil {
		return Explanation{}, err
	}
	return x.withSameCard(ledger.Run{}, id, rows...)
}

// Chat explains the rows for a chat, given by its normalised id, by all ids that it has.
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
	return x.explain(ledger.Run{}, "", rows, nil)
}

func (x Explainer) withSameCard(run ledger.Run, message string, requested ...ledger.Row) (Explanation, error) {
	var chats []string
	for _, row := range requested {
		chats = append(chats, row.Fields.ChatID)
	}
	rows, err := x.Ledger.RowsTo(chats...)
	if err != nil {
		return Explanation{}, err
	}
	others := slices.DeleteFunc(rows, func(row ledger.Row) bool {
		hasSameCard := func(r ledger.Row) bool { return r.Card == row.Card }
		isItself := func(r ledger.Row) bool { return r.Run == row.Run && r.Seq == row.Seq }
		return slices.ContainsFunc(requested, isItself) || !slices.ContainsFunc(requested, hasSameCard)
	})
	return x.explain(run, message, requested, others)
}

type collector struct {
	Explanation
	ledger  *ledger.Ledger
	now     time.Time
	named   ledger.Run      // has the name by which the file was requested
	chats   map[string]bool // of the rows, by all their ids
	resumes []ledger.Note   // on all instances
	runs    map[int64]runRecord
}

type runRecord struct {
	run      ledger.Run
	runNotes []ledger.Note // it began, went on or stopped
}

// explain adds to the rows what the service sent by itself: this message, or to their chats.
func (x Explainer) explain(named ledger.Run, message string, requested, others []ledger.Row) (Explanation, error) {
	c := &collector{Explanation: Explanation{Aliases: []ledger.Alias{}, Steps: []Step{}, Rows: []Row{}},
		ledger: x.Ledger, now: time.Now(), named: named, chats: map[string]bool{}, runs: map[int64]runRecord{}}
	rows := slices.Concat(requested, others)
	errAliases := c.addAliases(rows)
	err := errors.Join(errAliases, c.addResends(message))
	for i, row := range rows {
		err = errors.Join(err, c.addRow(row, i < len(requested)))
	}
	if err == nil && len(c.Rows)+len(c.Steps) == 0 {
		err = ErrNotFound
	}
	c.markResendable()
	c.Steps = inOrder(c.Steps)
	return c.Explanation, err
}

func (c *collector) addAliases(rows []ledger.Row) error {
	for _, row := range rows {
		chat := row.Fields.ChatID
		if c.chats[chat] {
			continue
		}
		aliases, err := c.ledger.Aliases(chat)
		if err != nil {
			return err
		}
		c.chats[chat] = true
		for _, a := range aliases {
			c.chats[a.LID], c.chats[a.Chat] = true, true
			a.At = a.At.Truncate(time.Second)
			c.Aliases = append(c.Aliases, a)
		}
	}
	return nil
}

// addResends adds resends of this id or to one of the chats, and keeps resumes.
func (c *collector) addResends(message string) error {
	notes, err := c.ledger.InstanceNotes("", ledger.NoteResend, ledger.NoteResume)
	for _, n := range notes {
		switch chat := n.Reason.Word("Chat"); {
		case n.Kind == ledger.NoteResume:
			c.resumes = append(c.resumes, n)
		case chat != "" && (c.chats[chat] || n.Reason.Word("Message") == message):
			c.Steps = append(c.Steps, Step{At: n.At, Kind: StepResent, Instance: n.Instance, Reasons: []msg.Reason{n.Reason}})
		}
	}
	return err
}

// addRow leaves out a row of a file that is still being read: it may come in anew.
func (c *collector) addRow(row ledger.Row, isRequested bool) error {
	record, err := c.runRecord(row.Run)
	if err != nil || record.run.Planned.IsZero() {
		return err
	}
	notes, errNotes := c.ledger.Notes(row.Run, row.Seq)
	var scope ledger.Scope
	if row.State == ledger.Planned {
		scope = record.run.Scope(c.now)
	}
	holder, errHolder := c.ledger.HolderOf(row, scope) // the row whose claim keeps this one from going
	f := row.Fields
	c.Rows = append(c.Rows, Row{
		IsRequested: isRequested, Run: row.Run, File: record.run.Path, Number: row.Number, Line: row.Line, ChatID: f.ChatID, Phone: f.PhoneContact,
		Status: row.State.Status(), IDMessage: row.IDMessage, Instance: row.Instance, Account: row.Account, Attempts: row.Attempt, Delivery: row.Delivery,
		Reasons: row.Reasons, Outlook: outlook(row, holder, c.now), FileName: record.run.Name, card: row.Card,
		Names: strings.Join(strings.Fields(strings.Join([]string{f.FirstName, f.MiddleName, f.LastName, f.Company}, " ")), " "),
	})
	c.Steps = append(c.Steps, rowHistory{record, row, notes, c.resumes}.steps()...)
	return errors.Join(errNotes, errHolder)
}

func (c *collector) runRecord(id int64) (runRecord, error) {
	if record, isKnown := c.runs[id]; isKnown {
		return record, nil
	}
	run, errRun := c.ledger.Run(id)
	notes, errNotes := c.ledger.Notes(id, 0)
	if id == c.named.ID {
		run.Path, run.Name = c.named.Path, c.named.Name
	}
	c.runs[id] = runRecord{run, notes}
	return c.runs[id], errors.Join(errRun, errNotes)
}

// Row is a row as it is now.
type Row struct {
	// IsRequested is false where the row only has the card and chat of a requested one.
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
	Account     string            `json:"account,omitempty"` // the instance that it is planned for
	Attempts    int               `json:"attempts"`
	Delivery    csvmodel.Delivery `json:"delivery"`
	Reasons     []msg.Reason      `json:"reasons"`
	Outlook     Outlook           `json:"prospect"`

	FileName string `json:"-"`
	Names    string `json:"-"` // on the card, joined by spaces
	card     ledger.Card
}

// Outlook is what is to be expected of a row. The words are stable.
type Outlook string

// The outlooks.
const (
	WillSend          Outlook = "goes"       // when its file is sent again, unless something is found against it then
	WaitsForDuplicate Outlook = "yields"     // it does not go while another row with the same card went, or may have
	Sent              Outlook = "gone"       // it went, and the same card does not go again by itself
	MayResend         Outlook = "may-go"     // it went, and nothing keeps the same card from going again
	Decidable         Outlook = "decidable"  // the service's records may still tell whether it went
	NeedsPerson       Outlook = "by-hand"    // only a person can tell that
	UnderWay          Outlook = "under-way"  // the request is under way, or the program was killed during it
	ToCorrect         Outlook = "to-correct" // it does not go before it is corrected
)

func outlook(row, holder ledger.Row, now time.Time) Outlook {
	isHeld := holder.Run != 0
	switch status := csvmodel.Status(row.State); {
	case status == csvmodel.Accepted && !isHeld:
		return MayResend
	case status == csvmodel.Accepted:
		return Sent
	case status == csvmodel.Invalid:
		return ToCorrect
	case status == csvmodel.Unknown && now.Sub(row.Intended) < ledger.Retention:
		return Decidable
	case status == csvmodel.Unknown:
		return NeedsPerson
	case row.State == ledger.Intended:
		return UnderWay
	case isHeld && (holder.Run != row.Run || holder.Seq != row.Seq):
		return WaitsForDuplicate
	}
	return WillSend
}

// markResendable finds sent rows whose card may go again in another row.
func (e Explanation) markResendable() {
	for i, row := range e.Rows {
		willSend := func(r Row) bool { return r.Outlook == WillSend && r.card == row.card }
		if row.Outlook == Sent && slices.ContainsFunc(e.Rows, willSend) {
			e.Rows[i].Outlook = MayResend
		}
	}
}

// OutlookText returns the sentence for what is to be expected of the row.
func (r Row) OutlookText(l msg.Language) string {
	key := string(r.Outlook)
	switch {
	case r.Outlook == WillSend && (r.Status == csvmodel.Suppressed || r.Status == csvmodel.Rejected):
		key = string(r.Status)
	case r.Outlook == WillSend && r.Account != "":
		key = "goes-from"
	case r.Outlook == MayResend && r.Delivery.MayGoAgain():
		key = string(msg.NotDelivered)
	}
	return msg.Text(l, "prospect."+key, msg.Args{"File": r.File, "Line": strconv.Itoa(r.Line), "Account": r.Account})
}

// MarshalJSON adds the English sentence, and writes arguments of reasons as texts.
func (r Row) MarshalJSON() ([]byte, error) {
	type row Row
	r.Reasons = msg.Plain(r.Reasons)
	return json.Marshal(struct {
		row
		Text string `json:"text"`
	}{row(r), r.OutlookText(msg.English)})
}
