package spool

import (
	"path/filepath"
	"slices"
	"time"
)

// watchTime is how long a file that was put away is watched: who still has it open
// goes on writing to it there, and nobody sends that.
const watchTime = 24 * time.Hour

// watchedFile is a file that was put away as it was read.
type watchedFile struct {
	Name      rawName   `json:"name"` // as it was dropped
	Path      rawName   `json:"path"`
	Size      int64     `json:"size"`
	IsRefused bool      `json:"refused,omitempty"`
	Until     time.Time `json:"until"`
}

// Modified is a file to which something was added when it had been put away.
type Modified struct {
	Name      string // as it was dropped
	Path      string
	IsRefused bool // else only what was added has not been sent
}

// watch has a file watched that is about to be forgotten.
func (s *Spool) watch(r *record) error {
	if r.State == nil || len(r.Moves) == 0 || r.Moves[0].From != r.Input || !r.isIntoFolder(r.Moves[0]) {
		return nil
	}
	file := watchedFile{r.Name, r.Moves[0].To, r.State.Size, r.RefusalText != "", time.Now().Add(watchTime)}
	others := slices.DeleteFunc(s.snapshot.Watched, func(w watchedFile) bool { return w.Path == file.Path })
	s.snapshot.Watched = append(others, file)
	return s.saveSnapshot()
}

// findModified finds the watched files that were added to, in each scan until their
// time is over: who was to tell it may have been killed.
func (c *scanner) findModified(previous snapshot) {
	for _, w := range previous.Watched {
		info, err := c.spool.disk.regular(string(w.Path))
		if c.now.After(w.Until) || err == nil && info == nil {
			continue
		}
		c.spool.snapshot.Watched = append(c.spool.snapshot.Watched, w)
		if info != nil && info.Size() > w.Size {
			c.Modified = append(c.Modified, Modified{string(w.Name), filepath.Join(c.spool.dir, string(w.Path)), w.IsRefused})
		}
	}
}
