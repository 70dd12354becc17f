package timeline

import (
	"encoding/json"
	"errors"
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

// outlook is that of a row, if the claim on its card has this holder; the zero Row is
// none.
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

// claimHolder returns the row whose claim keeps a row from going, if its run goes on as it
// was started last; of a row that is not planned, the row with the newest claim on its
// card. It is the zero Row where there is none.
func (c *collector) claimHolder(run ledger.Run, row ledger.Row) (ledger.Row, error) {
	var scope ledger.Scope
	if row.State == ledger.Planned {
		var settings struct{ Dedupe ledger.Dedupe }
		if json.Unmarshal(run.Settings, &settings) != nil {
			settings.Dedupe = ledger.Dedupe{} // somebody has altered them: claims count for ever
		}
		scope = settings.Dedupe.Scope(c.now, run)
	}
	holder, err := c.ledger.HolderOf(row, scope)
	if errors.Is(err, ledger.ErrNoRow) {
		return ledger.Row{}, nil
	}
	return holder, err
}
