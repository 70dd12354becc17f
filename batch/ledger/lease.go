package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"contact-distributor/batch/ledger/leases"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel/msg"
)

// ErrLeaseLost is returned by a write of a Lease that another process has taken. Nothing was
// written.
var ErrLeaseLost = leases.ErrLost

// Lease is the right to write what sends for one instance, to plan one file, or to work on
// one folder. Its methods may be called concurrently. It ends with its process, too.
type Lease struct {
	*leases.Lease
	ledger *Ledger
}

// Terms say for whom a lease is taken, and how long a request of the holder can last.
type Terms = leases.Terms

// The kinds of resources. A name follows.
const (
	anInstance = leases.Instance
	aFile      = "file "
	aFolder    = "folder "
)

// TakeLease takes an instance, or fails with a HeldError.
func (l *Ledger) TakeLease(instance string, o Terms) (*Lease, error) {
	return l.take(anInstance+instance, o, &HeldError{Instance: instance})
}

// LockFile takes the content of a file, so that it has one run at a time, or fails with a
// HeldError.
func (l *Ledger) LockFile(content [32]byte, name string, o Terms) (*Lease, error) {
	return l.take(aFile+hex.EncodeToString(content[:8]), o, &HeldError{Name: name})
}

// LockFolder takes a folder, or fails with a HeldError, which names the run of the instance
// if that was begun since the folder is held.
func (l *Ledger) LockFolder(dir, instance string, o Terms) (*Lease, error) {
	sum := sha256.Sum256([]byte(l.stored(dir))) // other machines may have such a folder, too
	resource, folder := aFolder+hex.EncodeToString(sum[:8]), &HeldError{Name: dir}
	lease, err := l.take(resource, o, folder)
	if err != error(folder) {
		return lease, err
	}
	if l.keeper.Shared == nil {
		folder.Since, _ = l.file.LockedAt(leases.LockOf(resource))
		folder.Newest = folder.Since
	}
	sender := &HeldError{Name: dir}
	_ = l.load(sender, anInstance+instance)
	if sender.Since.Before(folder.Since.Truncate(time.Second)) {
		return nil, folder
	}
	return nil, sender
}

// take fails with held where another process has the resource. What cannot be read of that is
// left out: that something is held is certain without it.
func (l *Ledger) take(resource string, o Terms, held *HeldError) (*Lease, error) {
	lease, err := l.keeper.Take(resource, o)
	if errors.Is(err, ErrConflict) {
		_ = l.load(held, resource)
		return nil, held
	}
	if err != nil {
		return nil, err
	}
	return &Lease{lease, l}, nil
}

// markUnknown is of rows that a process has left intended whose last request ends after timeout.
func (l *Ledger) markUnknown(on query.Statements, instance string, timeout time.Duration) (rows int, err error) {
	t, at := &tx{ledger: l, on: on}, l.now()
	crashed := msg.Reason{Code: msg.Crashed}
	reason, _ := json.Marshal(crashed) // cannot fail
	t.exec(`INSERT INTO notes (at, run, seq, instance, kind, attempt, reason)
SELECT ?, run, seq, instance, 'attempt', attempt, ? FROM rows WHERE instance = ? AND `+openRows+` AND status = 'intended'`,
		query.Millis(at), reason, instance)
	rows = int(t.change("UPDATE rows SET status = 'unknown', code = ?, args = ?, ended = ? WHERE instance = ? AND "+openRows+" AND status = 'intended'",
		string(msg.Crashed), encodeReasons([]msg.Reason{crashed}), query.Millis(at.Add(timeout)), instance))
	return rows, t.err
}

// commit has do done in the next transaction, unless the lease is lost.
func (l *Lease) commit(do func(*tx)) error { return l.Submit(l.ledger.write(do)) }

// commitRow does the same for a write about the card of a row.
func (l *Lease) commitRow(r Row, do func(*tx)) error { return l.Submit(l.ledger.writeRow(r, do)) }

func (l *Lease) exec(query string, args ...any) error {
	return l.commit(func(t *tx) { t.exec(query, args...) })
}

// expect commits one statement that changes one row; else ErrConflict.
func (l *Lease) expect(query string, args ...any) error {
	return l.commit(func(t *tx) { t.expect(query, args...) })
}

// SetRun records for which run the lease is used.
func (l *Lease) SetRun(run int64) error { return l.commit(func(t *tx) { l.setRun(t, run) }) }

func (l *Lease) setRun(t *tx, run int64) {
	t.expect("UPDATE leases SET run = ? WHERE resource = ?", run, l.Resource)
}

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
