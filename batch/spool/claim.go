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
func (l *looking) claim(file, itsCard *dropped) (bool, error) {
	f, err := l.box.start(l.newClaim(file, itsCard))
	if err != nil {
		return false, err
	}
	l.use(f)
	if err := l.box.disk.redo(f.record); err != nil {
		return false, err
	}
	info, err := l.box.disk.ordinary(string(f.record.Input))
	if err != nil || info == nil || !f.record.State.isStill(info) {
		_, errBack := f.GiveBack(l.now)
		return false, errors.Join(err, errBack)
	}
	if err := l.box.finish(f); err != nil {
		return false, err
	}
	l.unsee(file)
	if itsCard != nil {
		l.unsee(itsCard)
	}
	return true, nil
}

func (l *looking) newClaim(file, itsCard *dropped) *record {
	stem, ending := split(file.name)
	endings := append([]string{ending, noteEnding}, l.box.options.Endings...)
	if itsCard != nil {
		endings = append(endings, filepath.Ext(itsCard.name))
	}
	stem = unused(short(stem), func(stem string) bool {
		return slices.ContainsFunc(endings, func(ending string) bool { return l.used[fold(stem+ending)] })
	})
	r := &record{Name: rawName(file.name), Day: l.day(file), Stem: rawName(stem), Phase: claiming,
		State: &state{Size: file.info.Size(), ModTime: file.info.ModTime()}}
	r.Input = rawName(filepath.Join(working, stem+ending))
	r.Moves = []move{{r.Name, r.Input}}
	if itsCard != nil {
		r.Card = rawName(filepath.Join(working, stem+filepath.Ext(itsCard.name)))
		r.Moves = append(r.Moves, move{rawName(itsCard.name), r.Card})
	}
	return r
}

func (l *looking) day(file *dropped) string {
	return file.First.In(l.now.Location()).Format(time.DateOnly)
}

// refuse moves a file that is no table into refused.
func (l *looking) refuse(file *dropped) error {
	stem, _ := split(file.name)
	folder, err := l.box.newFolder("refused", l.day(file), stem)
	if err != nil {
		return err
	}
	why := Why{Short: "is not a CSV file"}
	if ask := l.box.options.Why; ask != nil {
		why = ask(file.name, kindOf(file.name) == card)
	}
	f, err := l.box.start(&record{
		Name:   rawName(file.name),
		Day:    l.day(file),
		Stem:   rawName(stem),
		Phase:  leaving,
		Moves:  []move{{rawName(file.name), rawName(filepath.Join(folder, file.name))}},
		Folder: rawName(folder),
		Short:  why.Short,
		Why:    cmp.Or(why.Text, why.Short),
	})
	if err != nil {
		return err
	}
	if err := l.box.finish(f); err != nil {
		return err
	}
	l.unsee(file)
	if f.folder() != "" {
		l.PutAway = append(l.PutAway, PutAway{file.name, f.folder(), f.leftFor(), f.record.why()})
	}
	return nil
}
