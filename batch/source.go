package batch

import (
	"slices"

	"contact-distributor/batch/ledger"
)

// source gives the dispatcher the rows of a run in the order in which they may
// go: those of one chat one after the other, as in the file; a row that was
// given back before all others.
type source struct {
	fetch     func(after int64, limit int) ([]ledger.Row, error)
	lookahead int
	after     int64 // the last sequence number that was fetched
	ended     bool  // there is nothing more to fetch
	ahead     []ledger.Row
	returned  []ledger.Row
	busy      map[string]bool // chats with a row under way or given back
}

// newSource makes a source of which the chats in busy get nothing.
func newSource(fetch func(after int64, limit int) ([]ledger.Row, error), workers int, busy map[string]bool) *source {
	return &source{fetch: fetch, lookahead: 4 * workers, busy: busy}
}

// drained reports whether there is nothing left to give.
func (s *source) drained() bool {
	return s.ended && len(s.ahead) == 0 && len(s.returned) == 0
}

// waits reports whether there is a row whose chat is free: if not, then not until
// some row is finished, or never more.
func (s *source) waits() (bool, error) {
	if len(s.returned) > 0 {
		return true, nil
	}
	err := s.fill()
	return s.free() >= 0, err
}

// free is the place of the first row whose chat is free, -1 if there is none.
func (s *source) free() int {
	return slices.IndexFunc(s.ahead, func(r ledger.Row) bool { return !s.busy[r.Fields.ChatID] })
}

// next returns the row that waits, and makes its chat busy.
func (s *source) next() ledger.Row {
	if len(s.returned) > 0 {
		row := s.returned[0]
		s.returned = s.returned[1:]
		return row
	}
	i := s.free()
	row := s.ahead[i]
	s.busy[row.Fields.ChatID] = true
	// Most often it is the first one, which costs nothing to take out.
	copy(s.ahead[1:i+1], s.ahead[:i])
	s.ahead = s.ahead[1:]
	return row
}

func (s *source) fill() error {
	if s.ended || len(s.ahead) > s.lookahead/2 {
		return nil
	}
	rows, err := s.fetch(s.after, s.lookahead)
	if err != nil {
		return err
	}
	if len(rows) < s.lookahead {
		s.ended = true
	}
	if len(rows) > 0 {
		s.after = rows[len(rows)-1].Seq
	}
	s.ahead = append(s.ahead, rows...)
	return nil
}

// putBack gives back a row that was not taken. Its chat stays busy.
func (s *source) putBack(row ledger.Row) { s.returned = append(s.returned, row) }

// finish makes the row's chat free.
func (s *source) finish(row ledger.Row) { delete(s.busy, row.Fields.ChatID) }
