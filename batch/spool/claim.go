package spool

import (
	"path/filepath"
	"slices"
	"time"
)

// loadUsed notes which names in working are not free.
func (c *scanner) loadUsed() (err error) {
	c.used, err = c.spool.disk.foldedNames(working)
	for _, f := range c.spool.files {
		c.reserve(f)
	}
	return err
}

func (c *scanner) reserve(f *File) {
	for _, name := range append(f.names(), rawName(f.outputName(noteSuffix))) {
		c.used[fold(filepath.Base(string(name)))] = true
	}
}

// claim moves a table into working, with its card, and reports whether it did. One
// that has changed since it was observed goes back. A claim that comes to nothing is
// given up at the next scan.
func (c *scanner) claim(u *upload) (bool, error) {
	f, err := c.spool.begin(c.newClaim(u))
	if err != nil {
		return false, err
	}
	c.reserve(f)
	if err := c.spool.disk.redo(f.record); err != nil {
		return false, err
	}
	if err := f.finish(); err != nil {
		return false, err
	}
	hasChanged, err := f.HasChanged()
	if hasChanged {
		_, err = f.GiveBack()
	}
	return err == nil && !hasChanged, err
}

func (c *scanner) newClaim(u *upload) *record {
	ending := filepath.Ext(u.name)
	suffixes := append([]string{ending, noteSuffix}, c.spool.options.Suffixes...)
	if u.card != nil {
		suffixes = append(suffixes, filepath.Ext(u.card.name))
	}
	stem := firstFree(truncate(stemOf(u.name)), func(stem string) bool {
		return slices.ContainsFunc(suffixes, func(suffix string) bool { return c.used[fold(stem+suffix)] })
	})
	r := &record{Name: rawName(u.name), Day: c.day(u), Stem: rawName(stem), Phase: phaseClaiming,
		State: &state{Size: u.observed.Size, ModTime: u.observed.ModTime}}
	r.Input = rawName(filepath.Join(working, stem+ending))
	if u.card != nil {
		r.CardName = rawName(u.card.name)
		r.Card = rawName(filepath.Join(working, stem+filepath.Ext(u.card.name)))
	}
	r.Moves = r.claimMoves()
	return r
}

func (c *scanner) day(u *upload) string {
	return u.observed.FirstSeen.In(c.now.Location()).Format(time.DateOnly)
}

// refuse moves an upload that is no table into refused.
func (c *scanner) refuse(u *upload) error {
	folder, err := c.spool.freeFolder("refused", c.day(u), stemOf(u.name))
	if err != nil {
		return err
	}
	refusal := c.spool.options.Refusal(u.name, u.kind == vcard)
	f, err := c.spool.begin(&record{Name: rawName(u.name), Day: c.day(u), Stem: rawName(stemOf(u.name)), Phase: phaseLeaving,
		Moves:  []move{{rawName(u.name), rawName(filepath.Join(folder, u.name))}},
		Folder: rawName(folder), RefusalCode: refusal.Code, RefusalText: refusal.Text})
	if err != nil {
		return err
	}
	return f.finish()
}
