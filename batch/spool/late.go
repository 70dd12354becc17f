package spool

import (
	"path/filepath"
	"slices"
	"time"
)

// watchedFor is how long a file that was put away is looked at: who still has it open
// goes on writing to it there, and nobody would send that.
const watchedFor = 24 * time.Hour

// watched is a file that was put away as it was read.
type watched struct {
	Name    rawName   `json:"name"` // as it was dropped
	Path    rawName   `json:"path"`
	Size    int64     `json:"size"`
	Refused bool      `json:"refused,omitempty"`
	Until   time.Time `json:"until"`
}

// Late is a file to which something was added when it had been put away.
type Late struct {
	Name    string // as it was dropped
	Path    string
	Refused bool // else what was added is all that was not sent
}

// watch has a file looked at that is about to be forgotten.
func (b *Box) watch(r *record) error {
	if r.Folder == "" || r.State == nil || len(r.Moves) == 0 || r.Moves[0].From != r.Input || filepath.Dir(string(r.Moves[0].To)) != string(r.Folder) {
		return nil
	}
	seen := b.disk.lastSeen()
	file := watched{r.Name, r.Moves[0].To, r.State.Size, r.Why != "", time.Now().Add(watchedFor)}
	seen.Away = append(slices.DeleteFunc(seen.Away, func(w watched) bool { return w.Path == file.Path }), file)
	return b.disk.saveSeen(seen)
}

// late finds the files that were added to, at each look until the day is over: who
// was to tell it may have been killed.
func (l *looking) late() {
	for _, w := range l.last.Away {
		info, err := l.box.disk.ordinary(string(w.Path))
		if l.now.After(w.Until) || err == nil && info == nil {
			continue
		}
		l.seen.Away = append(l.seen.Away, w)
		if info != nil && info.Size() > w.Size {
			l.Late = append(l.Late, Late{string(w.Name), filepath.Join(l.box.dir, string(w.Path)), w.Refused})
		}
	}
}
