package spool

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// File is a file that was taken into working, and what goes with it.
type File struct {
	spool  *Spool
	record *record
}

const (
	noteSuffix = ".waiting.txt"
	whyFile    = "WHY.txt"
)

// Name is the file's name as it was dropped, of any bytes.
func (f *File) Name() string { return string(f.record.Name) }

// Path is where the file is, in working: under another name if its own was taken or too long.
func (f *File) Path() string { return filepath.Join(f.spool.dir, string(f.record.Input)) }

// Open opens the file for reading. Another file may have its path a moment later.
func (f *File) Open() (*os.File, error) { return f.spool.disk.open(string(f.record.Input)) }

// OpenCard opens the vCard that was dropped with the file, or returns fs.ErrNotExist.
func (f *File) OpenCard() (*os.File, error) {
	if f.record.Card == "" {
		return nil, fs.ErrNotExist
	}
	return f.spool.disk.open(string(f.record.Card))
}

// CardName is the name of the vCard that was dropped with the file, or "".
func (f *File) CardName() string { return string(f.record.CardName) }

// OutputPath is the path of an output with one of the suffixes of the Options, or "".
func (f *File) OutputPath(suffix string) string {
	return filepath.Join(f.spool.dir, f.outputName(suffix))
}

func (f *File) outputName(suffix string) string {
	return filepath.Join(working, string(f.record.Stem)+suffix)
}

// Refusal is why the file was refused, zero if it was not.
func (f *File) Refusal() Refusal { return f.record.Refusal }

// IsCancelled reports whether the file is known to be gone: a server that is away says nothing.
// It may be called concurrently.
func (f *File) IsCancelled() bool {
	info, err := f.spool.disk.regular(string(f.record.Input))
	return info == nil && err == nil
}

// HasChanged reports whether the file is another than when it was claimed. One that is not
// there has not changed.
func (f *File) HasChanged() (bool, error) {
	info, err := f.spool.disk.regular(string(f.record.Input))
	if err != nil || info == nil || f.record.State == nil {
		return false, err
	}
	apart := info.ModTime().Sub(f.record.State.ModTime).Abs() // file systems keep times to two seconds
	return info.Size() != f.record.State.Size || apart > 2*time.Second, nil
}

// SetNote writes why the file stays in working. An empty text removes the note.
func (f *File) SetNote(text string) error {
	d, name := f.spool.disk, f.outputName(noteSuffix)
	if text == "" {
		return d.remove(name)
	}
	text += "\n"
	if old, _, err := d.readFile(name); err == nil && old == text {
		return nil
	}
	return d.writeFile(name, text, false)
}

// Archive puts the file away into done, with all that is beside it, and returns the folder:
// "" if nothing is left of a cancelled file. After an error the next Scan tries again.
func (f *File) Archive() (folder string, err error) { return f.putAway("done", Refusal{}, "") }

// Refuse puts the file away into refused as Archive does into done, with WHY.txt.
func (f *File) Refuse(refusal Refusal) (folder string, err error) {
	return f.putAway("refused", refusal, "")
}

// PutBack moves the file with its card back to where it was dropped, where it is a new one,
// with a number if its name is taken. What is beside it is put away as Archive does.
func (f *File) PutBack() (folder string, err error) {
	used, err := f.spool.disk.foldedNames(".")
	if err != nil {
		return "", err
	}
	back := firstFree(stemOf(f.Name()), func(stem string) bool {
		return slices.ContainsFunc([]rawName{f.record.Name, f.record.CardName}, func(name rawName) bool {
			return name != "" && used[fold(stem+filepath.Ext(string(name)))]
		})
	})
	return f.putAway("done", Refusal{}, rawName(back))
}

func (f *File) putAway(base string, refusal Refusal, back rawName) (string, error) {
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
	if err := f.advance(func(r *record) {
		r.Phase, r.Folder, r.Back, r.Refusal = phaseLeaving, rawName(folder), back, refusal
	}); err != nil {
		return "", err
	}
	err = f.finish()
	return f.folder(), err
}

// freeFolder also keeps off the folders that are about to be made for other files.
func (s *Spool) freeFolder(base, day, stem string) (string, error) {
	above := filepath.Join(base, day)
	used, err := s.disk.foldedNames(above)
	for _, f := range s.files {
		if folder := string(f.record.Folder); filepath.Dir(folder) == above {
			used[fold(filepath.Base(folder))] = true
		}
	}
	stem = cmp.Or(strings.TrimRight(truncate(stem), ". "), "file") // some systems ignore them there
	name := firstFree(stem, func(name string) bool { return used[fold(name)] })
	return filepath.Join(above, name), err
}

func (f *File) names() []rawName {
	r := f.record
	if r.Input == "" { // it was refused where it was dropped
		return []rawName{r.Name}
	}
	names := []rawName{r.Input}
	if r.Card != "" {
		names = append(names, r.Card)
	}
	for _, suffix := range f.spool.options.Suffixes {
		names = append(names, rawName(f.outputName(suffix)))
	}
	return names
}

type move struct{ from, to string }

// moves may be made again as often as needed.
func (f *File) moves() (moves []move) {
	r := f.record
	switch {
	case r.Phase == phaseClaiming:
		moves = []move{{string(r.Name), string(r.Input)}}
		if r.Card != "" {
			moves = append(moves, move{string(r.CardName), string(r.Card)})
		}
	case r.Phase == phaseLeaving:
		for i, name := range f.names() {
			switch {
			case name == r.Card && string(r.Back) == stemOf(f.Name()):
				moves = append(moves, move{string(name), string(r.CardName)}) // the case of its letters may be another
			case r.Back != "" && (i == 0 || name == r.Card):
				moves = append(moves, move{string(name), string(r.Back) + filepath.Ext(string(name))})
			case r.Folder != "":
				moves = append(moves, move{string(name), filepath.Join(string(r.Folder), filepath.Base(string(name)))})
			}
		}
	}
	return moves
}

func (f *File) folder() string {
	if f.record.Folder == "" {
		return ""
	}
	return filepath.Join(f.spool.dir, string(f.record.Folder))
}

// finish brings the record on until its file is held or gone. A claim whose file has not got
// into working is given up: it may have changed since.
func (f *File) finish() error {
	switch f.record.Phase {
	case phaseClaiming:
		if info, err := f.spool.disk.stat(string(f.record.Input)); err != nil {
			return err
		} else if info == nil {
			return f.spool.forget(f)
		}
		if err := f.redo(); err != nil {
			return err
		}
		return f.advance(func(r *record) { r.Phase = phaseHeld })
	case phaseLeaving:
		return f.finishPutAway()
	}
	return nil
}

func (f *File) finishPutAway() error {
	for _, step := range []func() error{f.redo, f.completeFolder, f.watch} {
		if err := step(); err != nil {
			return err
		}
	}
	if onArchive := f.spool.options.OnArchive; onArchive != nil {
		if err := onArchive(f, f.folder()); err != nil {
			return err
		}
	}
	return f.spool.forget(f)
}

func (f *File) completeFolder() error {
	d, r := f.spool.disk, f.record
	if r.Folder == "" {
		return nil
	}
	names, err := d.foldedNames(string(r.Folder))
	if err != nil {
		return err
	}
	isOurs := func(m move) bool {
		return filepath.Dir(m.to) == string(r.Folder) && names[fold(filepath.Base(m.to))]
	}
	if !slices.ContainsFunc(f.moves(), isOurs) {
		_ = d.remove(string(r.Folder)) // unless somebody else has put something there
		r.Folder = ""
		return nil
	}
	if r.Refusal.Text == "" {
		return nil
	}
	isUpload := func(stem string) bool {
		return slices.ContainsFunc(f.moves(), func(m move) bool { return fold(filepath.Base(m.to)) == fold(stem+filepath.Ext(whyFile)) })
	}
	name := firstFree(stemOf(whyFile), isUpload) + filepath.Ext(whyFile)
	return d.writeFile(filepath.Join(string(r.Folder), name), strings.ToValidUTF8(r.Refusal.Text, "\ufffd")+"\n", false)
}

// redo makes the moves that are not made yet. Where a place is taken, its move was made before,
// and what has the old name now is a new file.
func (f *File) redo() error {
	d := f.spool.disk
	for _, m := range f.moves() {
		source, err := d.regular(m.from)
		if err != nil {
			return err
		}
		if source == nil {
			continue
		}
		if target, err := d.stat(m.to); err != nil {
			return err
		} else if target != nil {
			continue
		}
		if err := d.mkdir(filepath.Dir(m.to)); err != nil {
			return err
		}
		if err := d.rename(m.from, m.to); err != nil {
			return err
		}
	}
	return nil
}
