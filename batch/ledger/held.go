package ledger

import (
	"strings"
	"time"

	"contact-distributor/batch/ledger/leases"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// HeldError says who holds an instance, a file or a folder, and how far the run is that it is
// used for.
type HeldError struct {
	Instance string    `json:"idInstance"` // what is held; "": a file or a folder
	Name     string    `json:"-"`          // of that
	Epoch    int64     `json:"epoch"`      // how often it was taken
	Holder   string    `json:"holder"`
	Since    time.Time `json:"since"`
	Run      int64     `json:"run,omitempty"` // 0: of none yet
	File     string    `json:"file,omitempty"`
	Done     int       `json:"done"` // rows of the run that have their outcome, on any instance
	Rows     int       `json:"rows"`
	Newest   time.Time `json:"-"` // when it had its newest outcome or, without one, began
}

func (e *HeldError) Error() string { return e.Text(msg.English) }

// Text is the error in a language.
func (e *HeldError) Text(l msg.Language) string {
	args := msg.Args{"What": e.Name, "Holder": e.Holder, "Since": e.Since.Local().Format(time.DateTime),
		"Done": e.Done, "Rows": e.Rows, "File": e.File}
	if e.Instance != "" {
		args["What"] = msg.Text(l, "ledger.instance", msg.Args{"Instance": e.Instance})
	}
	key := "ledger.held"
	switch {
	case e.Rows > 0:
		key = "ledger.held-done"
	case e.Holder != "":
		key = "ledger.held-by"
	case !e.Since.IsZero():
		key = "ledger.held-since"
	}
	return msg.Text(l, key, args)
}

// load fills in what is known of the lease.
func (l *Ledger) load(e *HeldError, resource string) error {
	scan := query.Into(func(*struct{}) []any {
		return []any{&e.Epoch, &e.Holder, query.AsTime(&e.Since), &e.Run, &e.File, &e.Rows, query.AsTime(&e.Newest), &e.Done}
	})
	_, err := query.First(l.reader, nil, scan, `SELECT epoch, holder, since, run, COALESCE(name, ''), COALESCE(total, 0),
	(SELECT COALESCE(MAX(ended), 0) FROM rows WHERE run = leases.run),
	(SELECT COUNT(*) FROM rows WHERE run = leases.run AND status NOT IN ('planned', 'intended', 'unknown'))
FROM leases LEFT JOIN runs ON id = run WHERE resource = ?`, resource)
	if e.Newest.Before(e.Since) {
		e.Newest = e.Since
	}
	return err
}

// HeldInstances returns all instances that somebody has.
func (l *Ledger) HeldInstances() (held []*HeldError, err error) {
	taken, args := "SELECT resource FROM leases WHERE resource LIKE ?1", []any{anInstance + "%"}
	if l.keeper.Shared != nil {
		taken, args = l.keeper.Timed(taken+" AND ends > {now}"), append(args, l.keeper.TimeArg())
	}
	resources, err := query.All(l.reader, query.Cell[string], taken+" ORDER BY resource", args...)
	for _, resource := range resources {
		isHeld := l.keeper.Shared != nil
		if err == nil && !isHeld {
			isHeld, err = l.file.IsLocked(leases.LockOf(resource))
		}
		if err == nil && isHeld {
			h := &HeldError{Instance: strings.TrimPrefix(resource, anInstance)}
			held, err = append(held, h), l.load(h, resource)
		}
	}
	return held, err
}
