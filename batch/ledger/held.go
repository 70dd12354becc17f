package ledger

import "time"

// HeldInstance says who has an instance, and how far the run is that it is used for.
type HeldInstance struct {
	Instance string    `json:"idInstance"`
	Epoch    int64     `json:"epoch"` // how often the instance was taken
	Holder   string    `json:"holder"`
	Since    time.Time `json:"since"`
	Run      int64     `json:"run,omitempty"` // 0: of none yet
	File     string    `json:"file,omitempty"`
	Done     int       `json:"done"` // rows of the run that have their outcome, on any instance
	Rows     int       `json:"rows"`
}

// HeldInstances returns all that somebody has.
func (l *Ledger) HeldInstances() (held []HeldInstance, err error) {
	scan := into(func(h *HeldInstance) []any {
		return []any{&h.Instance, &h.Epoch, &h.Holder, asTime(&h.Since), &h.Run, &h.File, &h.Rows}
	})
	query, args := `SELECT substr(resource, 1 + length(?1)), epoch, holder, since, run, COALESCE(name, ''), COALESCE(total, 0)
FROM leases LEFT JOIN runs ON id = run WHERE substr(resource, 1, length(?1)) = ?1`, []any{anInstance}
	if l.shared != nil {
		query, args = l.timed(query+" AND ends > {now}"), append(args, l.timeArg())
	}
	for h, err := range each(l.reader, scan, query+" ORDER BY resource", args...) {
		if err != nil {
			return nil, err
		}
		if l.shared != nil {
			held = append(held, h)
			continue
		}
		if is, err := l.file.IsLocked(lockOf(anInstance + h.Instance)); err != nil {
			return nil, err
		} else if is {
			held = append(held, h)
		}
	}
	for i := range held {
		h := &held[i]
		if h.Done, err = value[int](l.reader, "SELECT COUNT(*) FROM rows WHERE run = ? AND status NOT IN ('planned', 'intended', 'unknown')", h.Run); err != nil {
			return nil, err
		}
	}
	return held, nil
}
