package report

import "contact-distributor/csvmodel/msg"

// chapter is notes of one kind.
type chapter struct {
	Title   string
	Entries []entry
}

// entry is one line of it, or says how many are left out there.
type entry struct {
	At, Row, Text string
	LeftOut       string
}

func (v *view) runLog(page Page) []chapter {
	return filled(
		v.newChapter("diary.turns", page.Starts, v.turn),
		v.newChapter("diary.settled", page.Settled, v.settled),
		v.newChapter("diary.repeats", page.Resends, func(_ int, n Note) string { return v.sentence(n.Reason) }),
	)
}

func filled(chapters ...chapter) (some []chapter) {
	for _, c := range chapters {
		if len(c.Entries) > 0 {
			some = append(some, c)
		}
	}
	return some
}

// edge is how many notes at the beginning, and at the end, are shown.
const edge = 12

func (v *view) newChapter(title string, notes []Note, text func(int, Note) string) chapter {
	c := chapter{Title: v.words.text(title)}
	for i, n := range notes {
		if omitted := len(notes) - 2*edge; omitted > 0 && i >= edge && i < edge+omitted {
			if i == edge {
				c.Entries = append(c.Entries, entry{LeftOut: v.words.text("diary.left-out", "Count", omitted)})
			}
			continue
		}
		e := entry{At: v.words.stamp(n.At), Text: text(i, n)}
		if n.Row > 0 {
			e.Row = v.words.text("diary.row", "Row", n.Row)
		}
		c.Entries = append(c.Entries, e)
	}
	return c
}

// turn is where the run began, went on or stopped.
func (v *view) turn(i int, n Note) string {
	switch {
	case n.Reason.Code != "":
		return v.words.text("diary.turn.stop", "Reason", v.sentence(n.Reason))
	case i == 0:
		return v.words.text("diary.turn.start")
	default:
		return v.words.text("diary.turn.on")
	}
}

func (v *view) settled(_ int, n Note) string {
	by := "diary.settled.record"
	if n.Reason.Code == msg.SaidSent || n.Reason.Code == msg.SaidNot {
		by = "diary.settled.person"
	}
	return v.words.text(by, "Reason", v.sentence(n.Reason))
}
