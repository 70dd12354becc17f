package spool

import (
	"path/filepath"
	"slices"
	"strings"
)

const whyFile = "WHY.txt"

// newFolder is the name of a folder that is not there yet, nor about to be made
// for another file.
func (b *Box) newFolder(base, day, stem string) (string, error) {
	above := filepath.Join(base, day)
	used, err := b.foldersIn(above)
	if err != nil {
		return "", err
	}
	name := unused(folderName(stem), func(name string) bool {
		there, _ := b.disk.has(filepath.Join(above, name))
		return there || used[fold(name)]
	})
	used[fold(name)] = true
	return filepath.Join(above, name), nil
}

// foldersIn are the names that are used in a folder, folded. They are read once a
// look.
func (b *Box) foldersIn(above string) (map[string]bool, error) {
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
func (b *Box) finish(f *File) error {
	switch f.record.Phase {
	case claiming:
		return b.finishClaim(f)
	case leaving:
		return b.finishLeave(f)
	}
	return nil
}

// finishClaim holds the file if it has got into working, and otherwise gives the
// claim up: nothing has been moved, and the file may have changed since.
func (b *Box) finishClaim(f *File) error {
	if arrived, err := b.disk.has(string(f.record.Moves[0].To)); err != nil {
		return err
	} else if !arrived {
		return b.drop(f)
	}
	if err := b.disk.redo(f.record); err != nil {
		return err
	}
	next := *f.record
	next.Phase, next.Moves = held, nil
	if err := b.disk.save(&next); err != nil {
		return err
	}
	*f.record = next
	return nil
}

// finishLeave puts everything into its folder.
func (b *Box) finishLeave(f *File) error {
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
		if err := b.sayWhy(r); err != nil {
			return err
		}
	}
	if err := b.watch(r); err != nil {
		return err
	}
	if put := b.options.PutAway; put != nil {
		if err := put(f, f.folder()); err != nil {
			return err
		}
	}
	return b.drop(f)
}

// sayWhy writes WHY.txt, or takes the folder away again if what was to be put
// there is gone.
func (b *Box) sayWhy(r *record) error {
	arrived, names := false, []string{}
	for _, m := range r.Moves {
		if filepath.Dir(string(m.To)) != string(r.Folder) {
			continue
		}
		there, err := b.disk.has(string(m.To))
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
	if r.Why == "" {
		return nil
	}
	stem, ending := split(whyFile)
	name := unused(stem, func(stem string) bool { return slices.Contains(names, fold(stem+ending)) }) + ending
	return b.disk.write(filepath.Join(string(r.Folder), name), strings.ToValidUTF8(r.Why, "\ufffd")+"\n")
}

// drop forgets a file, of which nothing is left to do.
func (b *Box) drop(f *File) error {
	if err := b.disk.remove(f.record.path()); err != nil {
		return err
	}
	f.record.Phase = gone
	b.files = slices.DeleteFunc(b.files, func(other *File) bool { return other == f })
	return nil
}
