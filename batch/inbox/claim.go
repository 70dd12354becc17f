package inbox

import (
	"errors"
	"io/fs"
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
	err = l.box.disk.redo(f.record)
	if errors.Is(err, errChanging) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if asJudged, err := l.box.disk.isStill(string(f.record.Input), file.info); err != nil || !asJudged {
		return false, errors.Join(err, l.box.giveBack(f))
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
	r := &record{Name: rawName(file.name), Day: l.day(file), Stem: rawName(stem), Phase: claiming}
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

// isStill reports whether a file is the ordinary one that it was, which may have
// been copied.
func (d *disk) isStill(name string, before fs.FileInfo) (bool, error) {
	now, err := d.ordinary(name)
	if now == nil {
		return false, err
	}
	apart := now.ModTime().Sub(before.ModTime()).Abs()
	return now.Size() == before.Size() && apart <= 2*time.Second, nil
}

// giveBack makes the moves of a claim backwards.
func (b *Box) giveBack(f *File) error {
	next := *f.record
	next.Phase, next.Moves = leaving, nil
	for _, m := range f.record.Moves {
		next.Moves = append(next.Moves, move{m.To, m.From})
	}
	if err := b.disk.save(&next); err != nil {
		return err
	}
	*f.record = next
	return b.finish(f)
}

// refuse moves a file that is no table into refused.
func (l *looking) refuse(file *dropped) error {
	stem, _ := split(file.name)
	folder, err := l.box.newFolder("refused", l.day(file), stem)
	if err != nil {
		return err
	}
	f, err := l.box.start(&record{
		Name:   rawName(file.name),
		Day:    l.day(file),
		Stem:   rawName(stem),
		Phase:  leaving,
		Moves:  []move{{rawName(file.name), rawName(filepath.Join(folder, file.name))}},
		Folder: rawName(folder),
		Why:    whyRefused(file.name),
	})
	if err != nil {
		return err
	}
	if err := l.box.finish(f); err != nil {
		return err
	}
	l.unsee(file)
	if f.folder() != "" {
		l.PutAway = append(l.PutAway, PutAway{file.name, f.folder(), f.record.Why})
	}
	return nil
}
