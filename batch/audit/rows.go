package audit

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"sync"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

type changes struct {
	Altered                  // what no note explains
	reasons   []msg.Reason   // of the first rows
	altered   map[int64]bool // all rows, by their sequence numbers
	later     int            // rows that have gone on since, as the notes say
	delivered int            // rows of whose delivery more became known since, as the notes say
	isWorking bool           // the run was at work then, or was started since
	unkept    int            // if the record is altered: rows of which nothing is kept to compare them with
}

const maxAltered = 20

func (a Altered) isAny() bool { return a.Rows > 0 || a.Record || a.Notes }

func (c *changes) add(seq int64, number int, reason msg.Reason) {
	c.altered[seq] = true
	if c.Rows++; c.Rows <= maxAltered {
		c.First, c.reasons = append(c.First, number), append(c.reasons, reason)
	}
}

// changesSince holds the rows of a run against its newest manifest; ID 0: there is none. What a
// run at work does alters nothing. A manifest that cannot be read is an altered record.
func changesSince(l *ledger.Ledger, run ledger.Run) (ledger.Manifest, changes, error) {
	for {
		proof, err := l.NewestManifestOf(run.ID)
		if err != nil || proof.ID == 0 {
			return proof, changes{}, err
		}
		m, err := Parse(proof.JSON)
		if errors.Is(err, errNewer) {
			return proof, changes{}, err
		}
		if err != nil {
			return proof, changes{Altered: Altered{Record: true}}, nil
		}
		c := comparison{l, proof, m, max(m.Note, proof.Checked)}
		before, err := c.context()
		if err != nil {
			return proof, changes{}, err
		}
		found, err := c.compare(before)
		if err != nil || !found.isAny() {
			return proof, found, err
		}
		newest, errNewest := l.NewestManifestOf(run.ID)
		after, errAfter := c.context()
		err = errors.Join(errNewest, errAfter)
		if hasGoneOn := newest.ID != proof.ID || after != before; err != nil || !hasGoneOn {
			return proof, found, err
		}
	}
}

type comparison struct {
	ledger   *ledger.Ledger
	proof    ledger.Manifest
	manifest Manifest
	since    int64 // the note until which nothing has changed
}

func (c comparison) compare(context changeContext) (changes, error) {
	found := changes{isWorking: context.isWorking, altered: map[int64]bool{}}
	var added []ledger.RowChange
	// Rows are read as they were before this: what was settled since does no harm.
	settled := sync.OnceValues(func() (map[int64]msg.Code, error) { return c.ledger.SettledSince(c.proof.Run, c.since) })
	outcomes, errRows := c.ledger.RowChanges(c.proof, func(change ledger.RowChange) error {
		codes, err := settled()
		switch {
		case context.allows(change, codes[change.Seq]):
			found.later++
		case change.Before == "":
			added = append(added, change)
		default:
			found.add(change.Seq, cmp.Or(change.Number, int(change.Seq)+1), alteration(change))
		}
		return err
	})
	notes, errNotes := c.ledger.SumNotes(c.proof.Run, c.manifest.Note)
	found.Record, found.Notes = Hex(outcomes) != c.manifest.Outcomes, Hex(notes) != c.manifest.Notes
	if found.Record { // then these need not have come later
		found.unkept, added = len(added), nil
	}
	for _, change := range added {
		found.add(change.Seq, change.Number, alteration(change))
	}
	return found, errors.Join(errRows, errNotes, c.compareDeliveries(&found))
}

func (c comparison) compareDeliveries(found *changes) (err error) {
	if found.delivered, err = c.ledger.CountDeliveryChanges(c.proof.Run, c.manifest.Note); err != nil {
		return err
	}
	for d, err := range c.ledger.UnexplainedDeliveries(c.proof.Run) {
		if err != nil {
			return err
		}
		if !found.altered[d.Seq] {
			found.add(d.Seq, d.Number, msg.NewReason("proof.row-delivery", d.Number, d.Line, deliveryArg(d.Delivery), deliveryArg(d.Noted)))
		}
	}
	return nil
}

func deliveryArg(d csvmodel.Delivery) any {
	if d == "" {
		return msg.NewReason("proof.no-delivery")
	}
	return string(d)
}

func alteration(c ledger.RowChange) msg.Reason {
	before, after := string(c.Before.Status()), string(c.After.Status())
	switch {
	case c.After == "":
		return msg.NewReason("proof.row-gone", int(c.Seq))
	case c.Before == "":
		return msg.NewReason("proof.row-added", c.Number, c.Line)
	case before == after:
		return msg.NewReason("proof.row-cells", c.Number, c.Line, after)
	}
	return msg.NewReason("proof.row-status", c.Number, c.Line, before, after)
}

type changeContext struct {
	isWorking bool // it was at work then, or was started since
	isOpen    bool // it has something to do
}

func (c comparison) context() (changeContext, error) {
	run, errRun := c.ledger.Run(c.proof.Run)
	notes, errNotes := c.ledger.Notes(c.proof.Run, 0)
	wasWorking, isStarted := workAt(notes, c.since)
	isWorking := isStarted || wasWorking && c.manifest.Run.Finished.IsZero()
	return changeContext{isWorking, run.Finished.IsZero()}, errors.Join(errRun, errNotes)
}

// workAt reports whether an instance was at work on the run as of a note, of which one may stop
// alone, and whether one was started since.
func workAt(notes []ledger.Note, since int64) (wasWorking, isStarted bool) {
	working := map[string]bool{}
	for _, n := range notes {
		switch isEarlier := n.ID <= since; {
		case isEarlier && (n.Kind == ledger.NoteStart || n.Kind == ledger.NoteStop):
			working[n.Instance] = n.Kind == ledger.NoteStart
		case !isEarlier && n.Kind == ledger.NoteStart:
			isStarted = true
		}
	}
	return slices.Contains(slices.Collect(maps.Values(working)), true), isStarted
}

// allows reports whether a row may have become what it is, settled last for that reason.
func (c changeContext) allows(change ledger.RowChange, settled msg.Code) bool {
	if change.After == "" {
		return false
	}
	switch change.Before {
	case ledger.Planned, ledger.Intended:
		return c.isWorking
	case ledger.State(csvmodel.Duplicate), ledger.State(csvmodel.Suppressed), ledger.State(csvmodel.Rejected):
		// A start looks at them again; it may have been killed before it noted more.
		return c.isWorking || c.isOpen && change.After == ledger.Planned
	case ledger.State(csvmodel.Unknown):
		switch settled {
		case msg.Found, msg.SaidSent:
			return change.After == ledger.State(csvmodel.Accepted)
		case msg.Free, msg.SaidNot, msg.DuplicateDoubt: // looked at again, as duplicates are
			return c.isWorking || change.After == ledger.Planned
		case msg.GivenUp:
			return c.isWorking || change.After == ledger.State(csvmodel.Rejected)
		}
	}
	return false
}

func (v *verifier) checkRows() ([]Finding, error) {
	proof, c, err := changesSince(v.ledger, v.run)
	if err != nil {
		return nil, err
	}
	run := int(v.run.ID)
	if proof.ID == 0 {
		trace, err := traceOf(v.ledger, v.run)
		if trace != "" {
			return []Finding{found(Differs, "proof.cut", trace)}, err
		}
		return []Finding{found(Remark, "proof.none", run)}, err
	}
	all, err := v.checkRun(proof, c.isWorking)
	if err != nil {
		return nil, err
	}
	for _, reason := range c.reasons {
		all = append(all, Finding{Differs, reason})
	}
	for _, f := range []struct {
		holds   bool
		finding Finding
	}{
		{c.Rows > len(c.First), found(Differs, "proof.more-rows", c.Rows-len(c.First))},
		{c.Record && c.unkept > 0, found(Differs, "proof.record-gone", c.unkept)},
		{c.Record && c.unkept == 0, found(Differs, "proof.record")},
		{c.Notes, found(Differs, "proof.notes")},
		{!c.isAny(), found(Agrees, "proof.rows", v.run.Rows)},
		{c.later > 0, found(Remark, "proof.later", c.later, run)},
		{c.delivered > 0, found(Remark, "proof.delivered", c.delivered, run)},
	} {
		if f.holds {
			all = append(all, f.finding)
		}
	}
	return all, nil
}

func (v *verifier) checkRun(proof ledger.Manifest, isWorking bool) (all []Finding, err error) {
	m, errParse := Parse(proof.JSON)
	run, errRun := v.ledger.Run(v.run.ID) // where it was started last
	names, errNames := v.ledger.NamesOf(run.ID)
	if err := errors.Join(errRun, errNames); err != nil || errParse != nil {
		return nil, err
	}
	isSame := m.Input.SHA256 == Hex(run.Content) && m.Counts.Rows() == run.Rows && m.Run.Started.Equal(run.Started) &&
		m.Run.Machine == run.Machine && m.Run.User == run.User
	if !isSame {
		all = append(all, found(Differs, "proof.run"))
	}
	if isWorking || run.Finished.IsZero() {
		return all, nil // a start may have changed the rest, and been killed before it noted more
	}
	isNamed := slices.Contains(names, m.Input.Name) && slices.Contains(names, run.Name)
	isFinished := !m.Run.Finished.IsZero() // else rows that were settled may have finished it since
	if !isNamed || isFinished && !m.Run.Finished.Equal(run.Finished) || !isSameJSON(m.Settings, run.Settings) {
		all = append(all, found(Differs, "proof.start"))
	}
	return all, nil
}

func isSameJSON(a, b []byte) bool {
	var first, second any
	return json.Unmarshal(a, &first) == nil && json.Unmarshal(b, &second) == nil && reflect.DeepEqual(first, second)
}
