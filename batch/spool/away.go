package spool

import (
	"path/filepath"
	"slices"
	"strings"
)

const whyFile = "WHY.txt"

// freeFolder is the name of a folder that is not there yet, nor about to be made
// for another file.
func (b *Spool) freeFolder(base, day, stem string) (string, error) {
	above := filepath.Join(base, day)
	used, err := b.usedNames(above)
	if err != nil {
		return "", err
	}
	name := firstFree(folderName(stem), func(name string) bool {
		there, _ := b.disk.exists(filepath.Join(above, name))
		return there || used[fold(name)]
	})
	used[fold(name)] = true
	return filepath.Join(above, name), nil
}

// usedNames are the names that are used in a folder, folded. They are read once a
// look.
func (b *Spool) usedNames(above string) (map[string]bool, error) {
	if used := b.folders[above]; used != nil {
		return used, nil
	}
	if err := b.disk.mkdir(above); err != nil {
		return nil, err
	}
	entries, err := b.disk.entries(above)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for _, entry := range entries {
		used[fold(entry.Name())] = true
	}
	for _, f := range b.files {
		if folder := string(f.record.Folder); filepath.Dir(folder) == above {
			used[fold(filepath.Base(folder))] = true
		}
	}
	b.folders[above] = used
	return used, nil
}

// finish brings a record on until its file is held or gone. It may be called
// again after any error.
func (b *Spool) finish(f *File) error {
	switch f.record.Phase {
	case phaseClaiming:
		return b.finishClaim(f)
	case phaseLeaving:
		return b.finishLeave(f)
	}
	return nil
}

// finishClaim holds the file if it has got into working, and otherwise gives the
// claim up: nothing has been moved, and the file may have changed since.
func (b *Spool) finishClaim(f *File) error {
	if arrived, err := b.disk.exists(string(f.record.Moves[0].To)); err != nil {
		return err
	} else if !arrived {
		return b.forget(f)
	}
	if err := b.disk.redo(f.record); err != nil {
		return err
	}
	next := *f.record
	next.Phase, next.Moves = phaseHeld, nil
	if err := b.disk.saveRecord(&next); err != nil {
		return err
	}
	*f.record = next
	return nil
}

// finishLeave puts everything into its folder.
func (b *Spool) finishLeave(f *File) error {
	d, r := b.disk, f.record
	if r.Folder != "" && len(r.Moves) > 0 {
		if err := d.mkdir(string(r.Folder)); err != nil {
			return err
		}
	}
	if err := d.redo(r); err != nil {
		return err
	}
	if r.Folder != "" {
		if err := b.writeRefusal(r); err != nil {
			return err
		}
	}
	if err := b.watch(r); err != nil {
		return err
	}
	if put := b.options.OnArchive; put != nil {
		if err := put(f, f.folder()); err != nil {
			return err
		}
	}
	return b.forget(f)
}

// writeRefusal writes WHY.txt, or takes the folder away again if what was to be put
// there is gone.
func (b *Spool) writeRefusal(r *record) error {
	arrived, names := false, []string{}
	for _, m := range r.Moves {
		if filepath.Dir(string(m.To)) != string(r.Folder) {
			continue
		}
		there, err := b.disk.exists(string(m.To))
		if err != nil {
			return err
		}
		arrived = arrived || there
		names = append(names, fold(filepath.Base(string(m.To))))
	}
	if !arrived {
		_ = b.disk.remove(string(r.Folder)) // unless somebody else has put something there
		r.Folder = ""
		return nil
	}
	if r.RefusalText == "" {
		return nil
	}
	stem, ending := split(whyFile)
	name := firstFree(stem, func(stem string) bool { return slices.Contains(names, fold(stem+ending)) }) + ending
	return b.disk.writeFile(filepath.Join(string(r.Folder), name), strings.ToValidUTF8(r.RefusalText, "\ufffd")+"\n")
}

// forget forgets a file, of which nothing is left to do.
func (b *Spool) forget(f *File) error {
	if err := b.disk.remove(f.record.path()); err != nil {
		return err
	}
	f.record.Phase = phaseGone
	b.files = slices.DeleteFunc(b.files, func(other *File) bool { return other == f })
	return nil
}
