package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// grounds are why rows of a run may be otherwise than its newest manifest says.
type grounds struct {
	working bool // the run was at work then, or was started since
	open    bool // it has something to do
}

// groundsSince finds out what has happened to the run since a manifest.
func (r Records) groundsSince(m Manifest, seal Seal) (grounds, error) {
	run, err := r.Ledger.Run(m.Run)
	if err != nil {
		return grounds{}, err
	}
	notes, err := r.Ledger.Notes(m.Run, 0)
	g := grounds{open: run.Finished.IsZero()}
	atWork := false
	for _, n := range notes {
		switch {
		case n.Kind == ledger.NoteStart && n.ID > seal.Note:
			g.working = true
		case n.ID <= seal.Note && (n.Kind == ledger.NoteStart || n.Kind == ledger.NoteStop):
			atWork = n.Kind == ledger.NoteStart
		}
	}
	g.working = g.working || atWork && seal.Finished.IsZero()
	return g, err
}

// explained reports whether the notes since the manifest say why a row is not what
// it was.
func (r Records) explained(m Manifest, seal Seal, why grounds, d ledger.RowChange) (bool, error) {
	var settled msg.Code
	if d.Before == ledger.State(csvmodel.Unknown) {
		notes, err := r.Ledger.Notes(m.Run, d.Seq)
		if err != nil {
			return false, err
		}
		for _, n := range notes {
			if n.Kind == ledger.NoteSettled && n.ID > seal.Note {
				settled = n.Reason.Code
			}
		}
	}
	return why.explain(d, settled), nil
}

// explain reports whether a row may have become what it is. Settled is how it was
// settled last since, if it was. What is accepted or invalid stays that.
func (g grounds) explain(d ledger.RowChange, settled msg.Code) bool {
	if d.After == "" {
		return false
	}
	switch d.Before {
	case ledger.Planned, ledger.Intended:
		return g.working
	case ledger.State(csvmodel.Duplicate), ledger.State(csvmodel.Suppressed), ledger.State(csvmodel.Rejected):
		// A start looks at them again; it may have been killed before it noted more.
		return g.working || g.open && d.After == ledger.Planned
	case ledger.State(csvmodel.Unknown):
		switch settled {
		case msg.Found, msg.SaidSent:
			return d.After == ledger.State(csvmodel.Accepted)
		case msg.Free, msg.SaidNot:
			return g.working || d.After == ledger.Planned
		}
	}
	return false
}
