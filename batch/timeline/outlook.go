package timeline

import (
	"slices"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

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

// outlook is that of a row whose claim has this holder; the zero Row is none.
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

// markResendable says of sent rows that the same card may go again where another row
// with it does.
func (e Explanation) markResendable() {
	for i, row := range e.Rows {
		willSend := func(r Row) bool { return r.Outlook == WillSend && r.card == row.card }
		if row.Outlook == Sent && slices.ContainsFunc(e.Rows, willSend) {
			e.Rows[i].Outlook = MayResend
		}
	}
}
