package spool

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// File is a file that was taken into working, and what goes with it.
type File struct {
	spool  *Spool
	record *record
}

// noteEnding is that of what Keep says.
const noteEnding = ".waiting.txt"

// Name is the file's name as it was dropped, of any bytes.
func (f *File) Name() string { return string(f.record.Name) }

// Day is the day of upload, such as "2026-11-22": that on which the file was first
// seen.
func (f *File) Day() string { return f.record.Day }

// Path is where the file is, in working. Its name there is another than Name where
// that was taken or too long.
func (f *File) Path() string { return filepath.Join(f.spool.dir, string(f.record.Input)) }

// CardPath is where the vCard was moved that was dropped with the file, or "". It
// may have been taken away since, which does not cancel the file.
func (f *File) CardPath() string {
	if f.record.Card == "" {
		return ""
	}
	return filepath.Join(f.spool.dir, string(f.record.Card))
}

// OutputPath is the path of what is written beside the file with one of the endings of
// the Options.
func (f *File) OutputPath(ending string) string {
	return filepath.Join(f.spool.dir, f.outputName(ending))
}

func (f *File) outputName(ending string) string {
	return filepath.Join(working, string(f.record.Stem)+ending)
}

// Open opens the file for reading, and nothing that has been put in its place.
func (f *File) Open() (*os.File, error) { return f.spool.disk.open(string(f.record.Input)) }

// IsCancelled reports whether somebody has taken the file out of working. An error
// says that this cannot be told, as when the folder is on a server that is away.
// Any number of goroutines may ask.
func (f *File) IsCancelled() (bool, error) {
	info, err := f.spool.disk.regular(string(f.record.Input))
	return info == nil && err == nil, err
}

// SetNote leaves the file in working for a later run, and says why and until when in
// a note beside it. An empty note takes the last one away.
func (f *File) SetNote(note string) error {
	d, name := f.spool.disk, f.outputName(noteEnding)
	if note == "" {
		return d.remove(name)
	}
	note += "\n"
	if text, err := d.readFile(name); err == nil && text == note {
		return nil
	}
	return d.writeFile(name, note)
}

// HasChanged reports whether the file is not what it was when it was taken: who has it
// open goes on writing to it where it is now. One that is not there has not changed.
func (f *File) HasChanged() (bool, error) {
	info, err := f.spool.disk.regular(string(f.record.Input))
	if err != nil || info == nil || f.record.State == nil {
		return false, err
	}
	return !f.record.State.matches(info), nil
}

// GiveBack moves the file with its card back to where it was dropped, where it is a
// new one. What is beside it is put away as Done does; without any there is no folder.
func (f *File) GiveBack(now time.Time) (folder string, err error) {
	back, err := f.spool.returnNames(f.record)
	if err != nil {
		return "", err
	}
	if err := f.spool.observeReturn(back[f.record.Input], f.record, now); err != nil {
		return "", err
	}
	return f.leave("done", Refusal{}, back)
}

// Archive puts the file away into done, with all that is beside it, and returns the
// folder. Of a cancelled file only that is left; without any of it there is no
// folder, and "" is returned. After an error the next Look tries again.
func (f *File) Archive() (folder string, err error) { return f.leave("done", Refusal{}, nil) }

// Refuse puts the file away into refused as Done does into done, with WHY.txt,
// which says what the uploader can do.
func (f *File) Refuse(why Refusal) (folder string, err error) { return f.leave("refused", why, nil) }

// leave moves what goes with the file into a folder below base, but what has a name in
// back to that.
func (f *File) leave(base string, why Refusal, back map[rawName]rawName) (string, error) {
	if f.record.Phase == phaseLeaving || f.record.Phase == phaseGone {
		return f.folder(), f.spool.finish(f)
	}
	if err := f.SetNote(""); err != nil {
		return "", err
	}
	next := *f.record
	next.Phase, next.Moves, next.RefusalShort, next.RefusalText = phaseLeaving, nil, why.Short, why.Text
	names, err := f.present()
	if err != nil {
		return "", err
	}
	for _, name := range names {
		to, isBack := back[name]
		if !isBack && next.Folder == "" {
			folder, err := f.spool.freeFolder(base, f.record.Day, string(f.record.Stem))
			if err != nil {
				return "", err
			}
			next.Folder = rawName(folder)
		}
		if !isBack {
			to = rawName(filepath.Join(string(next.Folder), filepath.Base(string(name))))
		}
		next.Moves = append(next.Moves, move{name, to})
	}
	if err := f.spool.disk.saveRecord(&next); err != nil {
		return "", err
	}
	*f.record = next
	err = f.spool.finish(f)
	return f.folder(), err
}

// folder is where the file was put away, if anything of it was.
func (f *File) folder() string {
	if f.record.Folder == "" {
		return ""
	}
	return filepath.Join(f.spool.dir, string(f.record.Folder))
}

// leftFor is where the file itself was put away, or would have been.
func (f *File) leftFor() string {
	name := string(f.record.Input)
	if name == "" {
		name = string(f.record.Name)
	}
	return filepath.Join(f.folder(), filepath.Base(name))
}

// present are the names of what is there of the file.
func (f *File) present() (names []rawName, err error) {
	for _, name := range f.names() {
		info, err := f.spool.disk.regular(name)
		if err != nil {
			return nil, err
		}
		if info != nil {
			names = append(names, rawName(name))
		}
	}
	return names, nil
}

// names are those that go with the file when it leaves.
func (f *File) names() []string {
	names := []string{string(f.record.Input)}
	if f.record.Card != "" {
		names = append(names, string(f.record.Card))
	}
	for _, ending := range f.spool.options.Suffixes {
		names = append(names, f.outputName(ending))
	}
	return names
}

// FewestFirst puts the files with fewer rows left before those with more, and
// otherwise leaves the order. It asks once for each file.
func FewestFirst(files []*File, left func(*File) int) []*File {
	rows := make(map[*File]int, len(files))
	for _, f := range files {
		rows[f] = left(f)
	}
	return slices.SortedStableFunc(slices.Values(files), func(a, b *File) int { return cmp.Compare(rows[a], rows[b]) })
}
