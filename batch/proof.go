package batch

import (
	"errors"
	"iter"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Seal is what a manifest says of the rows of a run.
type Seal = ledger.Seal

// Manifest is one of the ledger's chain.
type Manifest = ledger.Manifest

// Seal looks at the rows of a run as they are, for the manifest that is to be made.
func (r Records) Seal(run ledger.Run) (Seal, error) { return r.Ledger.Seal(run.ID) }

// Prove adds a manifest of a run to the chain and returns it. Compose gives its
// JSON, behind the manifest before it; it may be asked more than once, when others
// add theirs at the same time.
func (r Records) Prove(run ledger.Run, seal Seal, compose func(s Seal, before Manifest) ([]byte, [32]byte, error)) (Manifest, error) {
	for {
		before, err := r.Ledger.NewestManifest()
		if err != nil {
			return Manifest{}, err
		}
		m := Manifest{Run: run.ID, At: time.Now(), Output: run.Output}
		if m.JSON, m.Hash, err = compose(seal, before); err != nil {
			return Manifest{}, err
		}
		if err = r.Ledger.AddManifest(&m, seal, before); !errors.Is(err, ledger.ErrConflict) {
			return m, err
		}
		if seal, err = r.Ledger.Seal(run.ID); err != nil {
			return Manifest{}, err
		}
	}
}

// Chain goes through the manifests of all runs from the first on.
func (r Records) Chain() iter.Seq2[Manifest, error] { return r.Ledger.Manifests() }

// Proof returns the newest manifest of a run. Its ID is 0 if there is none.
func (r Records) Proof(run ledger.Run) (Manifest, error) { return r.Ledger.NewestManifestOf(run.ID) }

// ProofAt returns the newest manifest about the files with the stem of the run's,
// which may be one of another run.
func (r Records) ProofAt(run ledger.Run) (Manifest, error) {
	return r.Ledger.NewestManifestAt(run.Output)
}

// Changes is how the rows of a run stand to what its newest manifest says of them.
type Changes struct {
	Altered   []Row // the first of them, which no note explains
	Rows      int   // how many there are of them
	Later     int   // rows that have gone on since, as the notes say
	Delivered int   // rows of whose delivery more was seen since, as the notes say
	Working   bool  // the run was at work then, or was started since
	Record    bool  // what the ledger kept of the rows is not what the manifest is of
	Unkept    int   // with Record: rows of which nothing is kept to compare them with
	Notes     bool  // nor are the notes
}

// Row is one row, Number 0 where the ledger has it no more.
type Row struct {
	Number, Line int
	Place        int             // among the rows of the file, from 1
	Was, Is      csvmodel.Status // "": was not there, is gone
	// Misdelivered: it is the delivery that no note explains. The notes know it as
	// Noted.
	Misdelivered    bool
	Noted, Delivery csvmodel.Delivery
}

// maxAltered is how many rows Changes names.
const maxAltered = 20

// Any reports whether anything is otherwise than it should be.
func (c Changes) Any() bool { return c.Rows > 0 || c.Record || c.Notes }

// ErrProvedAgain says that another manifest of the run was made meanwhile.
var ErrProvedAgain = msg.Problem("error.manifest-race", nil)

// Changes compares the rows of a run with its newest manifest, which was made of
// the seal. The run may be at work: what it does is no alteration.
func (r Records) Changes(m Manifest, seal Seal) (Changes, error) {
	for {
		before, err := r.groundsSince(m, seal)
		if err != nil {
			return Changes{}, err
		}
		c, err := r.changes(m, seal, before)
		if err != nil || !c.Any() {
			return c, err
		}
		// The run may have gone on, or have been proved again, under our eyes.
		newest, err := r.Ledger.NewestManifestOf(m.Run)
		if err == nil && newest.ID != m.ID {
			err = ErrProvedAgain
		}
		if err != nil {
			return c, err
		}
		if after, err := r.groundsSince(m, seal); err != nil || after == before {
			return c, err
		}
	}
}

func (r Records) changes(m Manifest, seal Seal, why grounds) (c Changes, err error) {
	notes, err := r.Ledger.SumNotes(m.Run, seal.Note)
	if err != nil {
		return c, err
	}
	altered := map[int64]bool{}
	var added []Row
	kept, err := r.Ledger.RowChanges(m, func(d ledger.RowChange) error {
		explained, err := r.explained(m, seal, why, d)
		switch {
		case err != nil:
			return err
		case explained:
			c.Later++
		case d.Before == "":
			added = append(added, departed(d))
		default:
			altered[d.Seq] = true
			c.add(departed(d))
		}
		return nil
	})
	c.Working = why.working
	c.Record, c.Notes = kept != seal.Outcomes, notes != seal.Notes
	if c.Record { // then these need not have come later
		c.Unkept, added = len(added), nil
	}
	for _, row := range added {
		altered[int64(row.Place)] = true
		c.add(row)
	}
	return c, errors.Join(err, r.deliveryChanges(m, seal, &c, altered))
}

// deliveryChanges adds what was seen of deliveries since, and the rows, but those
// that are among the altered already, whose delivery no note explains.
func (r Records) deliveryChanges(m Manifest, seal Seal, c *Changes, altered map[int64]bool) error {
	var err error
	if c.Delivered, err = r.Ledger.CountDeliveryChanges(m.Run, seal.Note); err != nil {
		return err
	}
	for d, err := range r.Ledger.UnexplainedDeliveries(m.Run) {
		if err != nil {
			return err
		}
		if !altered[d.Seq] {
			status := d.State.Status()
			c.add(Row{d.Number, d.Line, int(d.Seq), status, status, true, d.Noted, d.Delivery})
		}
	}
	return nil
}

func (c *Changes) add(row Row) {
	if c.Rows++; c.Rows <= maxAltered {
		c.Altered = append(c.Altered, row)
	}
}

func departed(d ledger.RowChange) Row {
	row := Row{Number: d.Number, Line: d.Line, Place: int(d.Seq)}
	if d.Before != "" {
		row.Was = d.Before.Status()
	}
	if d.After != "" {
		row.Is = d.After.Status()
	}
	return row
}
