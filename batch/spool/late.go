package spool

import (
	"path/filepath"
	"slices"
	"time"
)

// watchTime is how long a file that was put away is looked at: who still has it open
// goes on writing to it there, and nobody would send that.
const watchTime = 24 * time.Hour

// watchedFile is a file that was put away as it was read.
type watchedFile struct {
	Name       rawName   `json:"name"` // as it was dropped
	Path       rawName   `json:"path"`
	Size       int64     `json:"size"`
	WasRefused bool      `json:"refused,omitempty"`
	Until      time.Time `json:"until"`
}

// Modified is a file to which something was added when it had been put away.
type Modified struct {
	Name       string // as it was dropped
	Path       string
	WasRefused bool // else what was added is all that was not sent
}

// watch has a file looked at that is about to be forgotten.
func (b *Spool) watch(r *record) error {
	if r.Folder == "" || r.State == nil || len(r.Moves) == 0 || r.Moves[0].From != r.Input || filepath.Dir(string(r.Moves[0].To)) != string(r.Folder) {
		return nil
	}
	seen := b.disk.loadSnapshot()
	file := watchedFile{r.Name, r.Moves[0].To, r.State.Size, r.RefusalText != "", time.Now().Add(watchTime)}
	seen.Archived = append(slices.DeleteFunc(seen.Archived, func(w watchedFile) bool { return w.Path == file.Path }), file)
	return b.disk.saveSnapshot(seen)
}

// findModified finds the files that were added to, at each look until the day is over: who
// was to tell it may have been killed.
func (l *scanner) findModified() {
	for _, w := range l.previous.Archived {
		info, err := l.spool.disk.regular(string(w.Path))
		if l.now.After(w.Until) || err == nil && info == nil {
			continue
		}
		l.current.Archived = append(l.current.Archived, w)
		if info != nil && info.Size() > w.Size {
			l.Modified = append(l.Modified, Modified{string(w.Name), filepath.Join(l.spool.dir, string(w.Path)), w.WasRefused})
		}
	}
}
