package report

import (
	"strings"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// tile is one of the numbers that are the answer.
type tile struct {
	Class, Value, Label string
	Notes               []string
}

func (v *view) answer(page Page, d *summary) {
	v.Answer = v.answerOf(d.counts)
	v.Tiles = []tile{v.acceptedTile(d.counts), v.deliveredTile(page.Delivery, d), v.readTile(page.Delivery, d), v.personTile(page.Run, d)}
	v.alerts(page, d)
}

func (v *view) answerOf(counts csvmodel.Counts) string {
	switch all := counts.Rows(); counts[csvmodel.Accepted] {
	case 0:
		if all == 0 {
			return v.words.text("answer.none")
		}
		return v.words.text("answer", "Count", 0, "Rows", all)
	case all:
		return v.words.text("answer.all", "Count", all)
	default:
		return v.words.text("answer", "Count", counts[csvmodel.Accepted], "Rows", all)
	}
}

func (v *view) acceptedTile(counts csvmodel.Counts) tile {
	w := v.words
	t := tile{Class: "accepted", Value: w.count(counts[csvmodel.Accepted]), Label: w.text("tile.accepted")}
	if share := w.share(counts[csvmodel.Accepted], counts.Rows()); share != "" {
		t.Notes = append(t.Notes, w.text("tile.share", "Share", share))
	}
	t.Notes = append(t.Notes, w.text("tile.queued"))
	return t
}

// deliveredTile counts what was read as delivered, which it was.
func (v *view) deliveredTile(delivery Delivery, d *summary) tile {
	t := v.deliveryTile(delivery, d, d.delivery["delivered"]+d.delivery["read"])
	t.Class, t.Label = "delivered", v.words.text("tile.delivered")
	return t
}

func (v *view) readTile(delivery Delivery, d *summary) tile {
	t := v.deliveryTile(delivery, d, d.delivery["read"])
	t.Class, t.Label = "read", v.words.text("tile.read")
	if t.Value != notShown {
		t.Notes = append(t.Notes, v.words.text("tile.atleast"))
	}
	return t
}

const notShown = "—"

// deliveryTile says a number only where it is one: no cards that were seen to arrive
// is something else than nobody having looked.
func (v *view) deliveryTile(delivery Delivery, d *summary, count int) tile {
	w := v.words
	switch {
	case delivery.Reports == ReportsOff:
		return tile{Value: notShown, Notes: []string{w.text("tile.off")}}
	case !isDeliveryKnown(delivery, d):
		return tile{Value: notShown, Notes: []string{v.whyUnknown(delivery, "tile")}}
	}
	// Of these nobody looked in time.
	unobserved := d.delivery[string(csvmodel.DeliveryUnobserved)]
	if count == 0 && unobserved > 0 && unobserved+d.delivery[""] == d.counts[csvmodel.Accepted] {
		return tile{Value: notShown, Notes: []string{w.text("tile.unobserved.all")}}
	}
	notes := []string{w.text("tile.of", "Count", d.counts[csvmodel.Accepted])}
	if !delivery.AskedAt.IsZero() {
		notes = append(notes, w.text("tile.asof", "At", w.moment(delivery.AskedAt)))
	}
	if unobserved > 0 {
		notes = append(notes, w.text("tile.unobserved", "Count", unobserved))
	}
	return tile{Value: w.count(count), Notes: notes}
}

// whyUnknown says why nothing is known of deliveries yet.
func (v *view) whyUnknown(delivery Delivery, where string) string {
	if delivery.RetryAt.IsZero() {
		return v.words.text(where + ".unasked")
	}
	return v.words.text(where+".rests", "At", v.words.moment(delivery.RetryAt))
}

func (v *view) personTile(run Run, d *summary) tile {
	w := v.words
	if d.listed.total == 0 && run.NeedsAccount {
		return tile{"person", w.count(0), w.text("tile.rows.person", "Count", 0), []string{w.text("tile.account")}}
	}
	if d.listed.total == 0 {
		return tile{"nobody", w.count(0), w.text("tile.person", "Count", 0), []string{w.text("tile.nobody")}}
	}
	return tile{"person", w.count(d.listed.total), w.text("tile.person", "Count", d.listed.total), []string{w.text("tile.listed")}}
}

// alerts are what must not be overlooked.
func (v *view) alerts(page Page, d *summary) {
	alert := func(key string, args ...any) { v.Alerts = append(v.Alerts, v.words.text(key, args...)) }
	if page.Sandbox {
		alert("alert.sandbox")
	}
	if page.Run.NeedsAccount {
		alert("alert.account")
	}
	n := d.counts[csvmodel.Unsent]
	switch {
	case n > 0 && (page.Run.NeedsAccount || page.Run.IsWithheld):
		alert("alert.withheld", "Count", n)
	case n > 0:
		alert("alert.unsent", "Count", n)
	}
	if why := lastStop(page.Starts); why.Code != "" && (n > 0 || page.Run.NeedsAccount) {
		v.Alerts[len(v.Alerts)-1] += " " + v.words.text("alert.unsent.why", "Reason", strings.TrimSuffix(v.sentence(why), "."))
	}
	if n := d.counts[csvmodel.Unknown]; n > 0 && page.Run.IsSettling {
		alert("alert.settling", "Count", n)
	}
	if n := len(page.Resends); n > 0 {
		alert("alert.repeats", "Count", n)
	}
	if page.Delivery.Reports == ReportsOff && d.counts[csvmodel.Accepted] > 0 {
		alert("alert.off")
	}
}

// lastStop is why the run stands still. It has no reason if it went on since.
func lastStop(turns []Note) msg.Reason {
	if len(turns) == 0 {
		return msg.Reason{}
	}
	return turns[len(turns)-1].Reason
}
