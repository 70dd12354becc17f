package timeline

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

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
	case r.Outlook == MayResend && r.Delivery.MayGoAgain():
		key = string(msg.NotDelivered)
	}
	return msg.Text(l, "prospect."+key, msg.Args{"File": r.File, "Line": strconv.Itoa(r.Line)})
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
