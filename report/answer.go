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

func (v *view) newAnswer(counts csvmodel.Counts) string {
	accepted, all := counts[csvmodel.Accepted], counts.Rows()
	switch {
	case all == 0:
		return v.text("answer.none")
	case accepted == all:
		return v.text("answer.all", "Count", all)
	}
	return v.text("answer", "Count", accepted, "Rows", all)
}

func (v *view) acceptedTile(counts csvmodel.Counts) tile {
	t := tile{Class: "accepted", Value: v.count(counts[csvmodel.Accepted]), Label: v.text("tile.accepted")}
	if share := v.share(counts[csvmodel.Accepted], counts.Rows()); share != "" {
		t.Notes = append(t.Notes, v.text("tile.share", "Share", share))
	}
	t.Notes = append(t.Notes, v.text("tile.queued"))
	return t
}

// deliveredTile counts also what was read, and so was delivered.
func (v *view) deliveredTile(delivery Delivery, s *summary) tile {
	t := v.deliveryTile(delivery, s, s.deliveries["delivered"]+s.deliveries["read"])
	t.Class, t.Label = "delivered", v.text("tile.delivered")
	return t
}

func (v *view) readTile(delivery Delivery, s *summary) tile {
	t := v.deliveryTile(delivery, s, s.deliveries["read"])
	t.Class, t.Label = "read", v.text("tile.read")
	if t.Value != notShown {
		t.Notes = append(t.Notes, v.text("tile.atleast"))
	}
	return t
}

const notShown = "—"

// deliveryTile says a number only where it is one: no cards that were seen to arrive
// is something else than nobody having looked.
func (v *view) deliveryTile(delivery Delivery, s *summary, count int) tile {
	accepted, unobserved := s.counts[csvmodel.Accepted], s.deliveries[string(csvmodel.DeliveryUnobserved)]
	unshown := func(why string) tile { return tile{Value: notShown, Notes: []string{why}} }
	switch {
	case delivery.Reports == ReportsOff:
		return unshown(v.text("tile.off"))
	case !isDeliveryKnown(delivery, s):
		return unshown(v.whyUnknown(delivery, "tile"))
	case count == 0 && unobserved > 0 && unobserved+s.deliveries[""] == accepted:
		return unshown(v.text("tile.unobserved.all"))
	}
	notes := []string{v.text("tile.of", "Count", accepted)}
	if !delivery.AskedAt.IsZero() {
		notes = append(notes, v.text("tile.asof", "At", v.moment(delivery.AskedAt)))
	}
	if unobserved > 0 {
		notes = append(notes, v.text("tile.unobserved", "Count", unobserved))
	}
	return tile{Value: v.count(count), Notes: notes}
}

// whyUnknown says why nothing is known of deliveries yet.
func (v *view) whyUnknown(delivery Delivery, where string) string {
	if delivery.RetryAt.IsZero() {
		return v.text(where + ".unasked")
	}
	return v.text(where+".rests", "At", v.moment(delivery.RetryAt))
}

func (v *view) personTile(run Run, s *summary) tile {
	n := s.listed.total
	class, label, note := "person", "tile.person", "tile.listed"
	switch {
	case n == 0 && run.NeedsAccount:
		label, note = "tile.rows.person", "tile.account"
	case n == 0:
		class, note = "nobody", "tile.nobody"
	}
	return tile{class, v.count(n), v.text(label, "Count", n), []string{v.text(note)}}
}

// addAlerts adds what must not be overlooked.
func (v *view) addAlerts(page Page, s *summary) {
	alert := func(isOn bool, key string, args ...any) {
		if isOn {
			v.Alerts = append(v.Alerts, v.text(key, args...))
		}
	}
	unsent, unknown, run := s.counts[csvmodel.Unsent], s.counts[csvmodel.Unknown], page.Run
	isHeld := run.NeedsAccount || run.IsWithheld
	alert(page.Sandbox, "alert.sandbox")
	alert(run.NeedsAccount, "alert.account")
	alert(unsent > 0 && isHeld, "alert.withheld", "Count", unsent)
	alert(unsent > 0 && !isHeld, "alert.unsent", "Count", unsent)
	if stop := lastStop(page.Starts); !stop.IsZero() && (unsent > 0 || run.NeedsAccount) {
		v.Alerts[len(v.Alerts)-1] += " " + v.text("alert.unsent.why", "Reason", strings.TrimSuffix(v.sentence(stop), "."))
	}
	alert(unknown > 0 && run.IsSettling, "alert.settling", "Count", unknown)
	alert(len(page.Resends) > 0, "alert.resends", "Count", len(page.Resends))
	alert(page.Delivery.Reports == ReportsOff && s.counts[csvmodel.Accepted] > 0, "alert.off")
}

// lastStop is why the run stands still. It has no reason if it went on since.
func lastStop(starts []Note) msg.Reason {
	if len(starts) == 0 {
		return msg.Reason{}
	}
	return starts[len(starts)-1].Reason
}
