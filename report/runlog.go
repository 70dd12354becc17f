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

// newLog leaves out the kinds of which there are no notes.
func (v *view) newLog(page Page) (log []chapter) {
	for _, c := range []chapter{
		v.newChapter("log.starts", page.Starts, v.start),
		v.newChapter("log.settled", page.Settled, v.settled),
		v.newChapter("log.resends", page.Resends, func(_ int, n Note) string { return v.sentence(n.Reason) }),
	} {
		if len(c.Entries) > 0 {
			log = append(log, c)
		}
	}
	return log
}

// edge is how many notes at the beginning, and at the end, are shown.
const edge = 12

func (v *view) newChapter(title string, notes []Note, text func(int, Note) string) chapter {
	c := chapter{Title: v.text(title)}
	omitted := max(0, len(notes)-2*edge)
	for i, n := range notes {
		switch {
		case i == edge && omitted > 0:
			c.Entries = append(c.Entries, entry{LeftOut: v.text("log.left-out", "Count", omitted)})
			continue
		case i > edge && i < edge+omitted:
			continue
		}
		e := entry{At: v.stamp(n.At), Text: text(i, n)}
		if n.Row > 0 {
			e.Row = v.text("log.row", "Row", n.Row)
		}
		c.Entries = append(c.Entries, e)
	}
	return c
}

// start is where the run began, went on or stopped.
func (v *view) start(i int, n Note) string {
	switch {
	case !n.Reason.IsZero():
		return v.text("log.start.stopped", "Reason", v.sentence(n.Reason))
	case i == 0:
		return v.text("log.start.first")
	}
	return v.text("log.start.again")
}

func (v *view) settled(_ int, n Note) string {
	by := "log.settled.record"
	if n.Reason.Code == msg.SaidSent || n.Reason.Code == msg.SaidNot {
		by = "log.settled.person"
	}
	return v.text(by, "Reason", v.sentence(n.Reason))
}
