package spool

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"time"
)

// claim moves a file into working, with its card. One that has changed since it
// was judged goes back, or is left. A claim that comes to nothing is given up at
// the next look.
func (l *scanner) claim(file, itsCard *upload) (bool, error) {
	f, err := l.spool.start(l.newClaim(file, itsCard))
	if err != nil {
		return false, err
	}
	l.reserve(f)
	if err := l.spool.disk.redo(f.record); err != nil {
		return false, err
	}
	info, err := l.spool.disk.regular(string(f.record.Input))
	if err != nil || info == nil || !f.record.State.matches(info) {
		_, errBack := f.GiveBack(l.now)
		return false, errors.Join(err, errBack)
	}
	if err := l.spool.finish(f); err != nil {
		return false, err
	}
	l.forget(file)
	if itsCard != nil {
		l.forget(itsCard)
	}
	return true, nil
}

func (l *scanner) newClaim(file, itsCard *upload) *record {
	stem, ending := split(file.name)
	endings := append([]string{ending, noteEnding}, l.spool.options.Suffixes...)
	if itsCard != nil {
		endings = append(endings, filepath.Ext(itsCard.name))
	}
	stem = firstFree(truncate(stem), func(stem string) bool {
		return slices.ContainsFunc(endings, func(ending string) bool { return l.used[fold(stem+ending)] })
	})
	r := &record{Name: rawName(file.name), Day: l.day(file), Stem: rawName(stem), Phase: phaseClaiming,
		State: &state{Size: file.info.Size(), ModTime: file.info.ModTime()}}
	r.Input = rawName(filepath.Join(working, stem+ending))
	r.Moves = []move{{r.Name, r.Input}}
	if itsCard != nil {
		r.Card = rawName(filepath.Join(working, stem+filepath.Ext(itsCard.name)))
		r.Moves = append(r.Moves, move{rawName(itsCard.name), r.Card})
	}
	return r
}

func (l *scanner) day(file *upload) string {
	return file.FirstSeen.In(l.now.Location()).Format(time.DateOnly)
}

// refuse moves a file that is no table into refused.
func (l *scanner) refuse(file *upload) error {
	stem, _ := split(file.name)
	folder, err := l.spool.freeFolder("refused", l.day(file), stem)
	if err != nil {
		return err
	}
	why := Refusal{Short: "is not a CSV file"}
	if ask := l.spool.options.Refusal; ask != nil {
		why = ask(file.name, kindOf(file.name) == card)
	}
	f, err := l.spool.start(&record{
		Name:         rawName(file.name),
		Day:          l.day(file),
		Stem:         rawName(stem),
		Phase:        phaseLeaving,
		Moves:        []move{{rawName(file.name), rawName(filepath.Join(folder, file.name))}},
		Folder:       rawName(folder),
		RefusalShort: why.Short,
		RefusalText:  cmp.Or(why.Text, why.Short),
	})
	if err != nil {
		return err
	}
	if err := l.spool.finish(f); err != nil {
		return err
	}
	l.forget(file)
	if f.folder() != "" {
		l.Archived = append(l.Archived, Archived{file.name, f.folder(), f.leftFor(), f.record.refusal()})
	}
	return nil
}
