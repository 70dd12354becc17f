package spool

import (
	"path/filepath"
	"slices"
	"strings"
)

const whyFile = "WHY.txt"

// leave moves what goes with the file into a folder below base, but what has a name in
// back to that.
func (f *File) leave(base string, refusal Refusal, back map[rawName]rawName) (string, error) {
	if f.record.Phase == phaseLeaving {
		return f.folder(), f.finish()
	}
	if err := f.SetNote(""); err != nil {
		return "", err
	}
	folder, err := f.spool.freeFolder(base, f.record.Day, string(f.record.Stem))
	if err != nil {
		return "", err
	}
	moves, err := f.moves(folder, back)
	if err != nil {
		return "", err
	}
	if err := f.advance(func(r *record) {
		r.Phase, r.Moves, r.RefusalCode, r.RefusalText = phaseLeaving, moves, refusal.Code, refusal.Text
		if r.Folder = rawName(folder); len(back) > 0 && !slices.ContainsFunc(moves, r.isIntoFolder) {
			r.Folder = ""
		}
	}); err != nil {
		return "", err
	}
	err = f.finish()
	return f.folder(), err
}

// moves returns those of all that is there of the file.
func (f *File) moves(folder string, back map[rawName]rawName) (moves []move, err error) {
	for _, name := range f.names() {
		info, err := f.spool.disk.regular(string(name))
		if err != nil {
			return nil, err
		}
		to, isBack := back[name]
		if !isBack {
			to = rawName(filepath.Join(folder, filepath.Base(string(name))))
		}
		if info != nil {
			moves = append(moves, move{name, to})
		}
	}
	return moves, nil
}

// freeFolder returns the name of a folder that is not there yet, nor about to be made
// for another file.
func (s *Spool) freeFolder(base, day, stem string) (string, error) {
	above := filepath.Join(base, day)
	used, err := s.disk.foldedNames(above)
	if err != nil {
		return "", err
	}
	for _, f := range s.files {
		if folder := string(f.record.Folder); filepath.Dir(folder) == above {
			used[fold(filepath.Base(folder))] = true
		}
	}
	name := firstFree(folderName(stem), func(name string) bool { return used[fold(name)] })
	return filepath.Join(above, name), nil
}

// finish brings the record on until its file is held or gone. It may be called again
// after any error.
func (f *File) finish() error {
	switch f.record.Phase {
	case phaseClaiming:
		return f.finishClaim()
	case phaseLeaving:
		return f.finishLeave()
	}
	return nil
}

// finishClaim holds the file if it has got into working, and otherwise gives the
// claim up: nothing has been moved, and the file may have changed since.
func (f *File) finishClaim() error {
	d := f.spool.disk
	if info, err := d.stat(string(f.record.Input)); err != nil {
		return err
	} else if info == nil {
		return f.spool.forget(f)
	}
	if err := d.redo(f.record); err != nil {
		return err
	}
	return f.advance(func(r *record) { r.Phase, r.Moves = phaseHeld, nil })
}

// finishLeave moves everything where it belongs, and forgets the file.
func (f *File) finishLeave() error {
	d, r := f.spool.disk, f.record
	if r.Folder != "" && len(r.Moves) > 0 {
		if err := d.mkdir(string(r.Folder)); err != nil {
			return err
		}
	}
	if err := d.redo(r); err != nil {
		return err
	}
	if err := f.completeFolder(); err != nil {
		return err
	}
	if err := f.spool.watch(r); err != nil {
		return err
	}
	if onArchive := f.spool.options.OnArchive; onArchive != nil {
		if err := onArchive(f, f.folder()); err != nil {
			return err
		}
	}
	return f.spool.forget(f)
}

// completeFolder writes WHY.txt, or removes the folder again if what was to be put
// there is gone.
func (f *File) completeFolder() error {
	d, r := f.spool.disk, f.record
	if r.Folder == "" {
		return nil
	}
	names, err := d.foldedNames(string(r.Folder))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(r.Moves, func(m move) bool { return r.isIntoFolder(m) && names[fold(filepath.Base(string(m.To)))] }) {
		_ = d.remove(string(r.Folder)) // unless somebody else has put something there
		r.Folder = ""
		return nil
	}
	if r.RefusalText == "" {
		return nil
	}
	isUpload := func(stem string) bool {
		return slices.ContainsFunc(r.Moves, func(m move) bool { return fold(filepath.Base(string(m.To))) == fold(stem+filepath.Ext(whyFile)) })
	}
	name := firstFree(stemOf(whyFile), isUpload) + filepath.Ext(whyFile)
	return d.writeFile(filepath.Join(string(r.Folder), name), strings.ToValidUTF8(r.RefusalText, "\ufffd")+"\n", false)
}

// redo makes all moves of a record that are not made yet. What is not there any
// more was moved before, or somebody has taken it away.
func (d *disk) redo(r *record) error {
	for _, m := range r.Moves {
		if err := d.move(string(m.From), string(m.To)); err != nil {
			return err
		}
	}
	return nil
}

// move moves an ordinary file to a place that is free. Where that is taken, the file
// was moved before, and what has its name now is a new one.
func (d *disk) move(from, to string) error {
	source, err := d.regular(from)
	if err != nil || source == nil {
		return err
	}
	if target, err := d.stat(to); err != nil || target != nil {
		return err
	}
	return d.rename(from, to)
}
