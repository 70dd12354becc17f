package spool

import (
	"io/fs"
	"os"
	"path/filepath"
)

// File is a file that was taken into working, and what goes with it.
type File struct {
	spool  *Spool
	record *record
}

// noteSuffix is that of what SetNote writes.
const noteSuffix = ".waiting.txt"

// Name is the file's name as it was dropped, of any bytes.
func (f *File) Name() string { return string(f.record.Name) }

// Path is where the file is, in working. Its name there is another than Name where
// that was taken or too long.
func (f *File) Path() string { return filepath.Join(f.spool.dir, string(f.record.Input)) }

// OutputPath is the path of what is written beside the file with one of the suffixes
// of the Options.
func (f *File) OutputPath(suffix string) string {
	return filepath.Join(f.spool.dir, f.outputName(suffix))
}

func (f *File) outputName(suffix string) string {
	return filepath.Join(working, string(f.record.Stem)+suffix)
}

// Open opens the file for reading. Nothing else should be read of it: another file may
// have its path a moment later.
func (f *File) Open() (*os.File, error) { return f.spool.disk.open(string(f.record.Input)) }

// OpenCard opens the vCard that was dropped with the file. Without one, and for one that
// was taken away, it returns an error that is fs.ErrNotExist.
func (f *File) OpenCard() (*os.File, error) {
	if f.record.Card == "" {
		return nil, fs.ErrNotExist
	}
	return f.spool.disk.open(string(f.record.Card))
}

// CardName is the name of the vCard that was dropped with the file, or "".
func (f *File) CardName() string { return filepath.Base(string(f.record.CardName)) }

// Refusal is why the file was refused, zero if it was not.
func (f *File) Refusal() Refusal { return Refusal{f.record.RefusalCode, f.record.RefusalText} }

// IsCancelled reports whether somebody is known to have taken the file out of working: a
// folder on a server that is away says nothing. It may be called concurrently.
func (f *File) IsCancelled() bool {
	info, err := f.spool.disk.regular(string(f.record.Input))
	return info == nil && err == nil
}

// HasChanged reports whether the file is another than when it was claimed: a program that
// has it open goes on writing to it in working. A file that is not there has not changed.
func (f *File) HasChanged() (bool, error) {
	info, err := f.spool.disk.regular(string(f.record.Input))
	if err != nil || info == nil || f.record.State == nil {
		return false, err
	}
	return !f.record.State.matches(info), nil
}

// SetNote writes a note beside the file: it stays in working for a later run, and people
// read there why. An empty text removes the note.
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

// Archive puts the file away into done, with all that is beside it, and returns the
// folder. Of a cancelled file only that is left; without any of it there is no
// folder, and "" is returned. After an error the next Scan tries again.
func (f *File) Archive() (folder string, err error) { return f.leave("done", Refusal{}, nil) }

// Refuse puts the file away into refused as Archive does into done, with WHY.txt,
// which says what the uploader can do.
func (f *File) Refuse(refusal Refusal) (folder string, err error) {
	return f.leave("refused", refusal, nil)
}

// GiveBack moves the file with its card back to where it was dropped, where it is a
// new one. What is beside it is put away as Archive does; without any there is no
// folder.
func (f *File) GiveBack() (folder string, err error) {
	back, err := f.returnNames()
	if err != nil {
		return "", err
	}
	f.spool.snapshot.keepDay(string(back[f.record.Input]), f.record.Day)
	if err := f.spool.saveSnapshot(); err != nil {
		return "", err
	}
	return f.leave("done", Refusal{}, back)
}

// returnNames returns the names that the file and its card get where they were
// dropped, by those that they have now. Where there are new files of these names they
// get a number.
func (f *File) returnNames() (map[rawName]rawName, error) {
	r := f.record
	used, err := f.spool.disk.foldedNames(".")
	if err != nil {
		return nil, err
	}
	input, card := string(r.Name), string(r.CardName)
	isTaken := func(stem string) bool {
		return used[fold(stem+filepath.Ext(input))] || r.Card != "" && used[fold(stem+filepath.Ext(card))]
	}
	if stem := firstFree(stemOf(input), isTaken); stem != stemOf(input) {
		input, card = stem+filepath.Ext(input), stem+filepath.Ext(card)
	}
	return map[rawName]rawName{r.Input: rawName(input), r.Card: rawName(card)}, nil
}

// names are those that go with the file when it leaves.
func (f *File) names() []rawName {
	names := []rawName{f.record.Input}
	if f.record.Card != "" {
		names = append(names, f.record.Card)
	}
	for _, suffix := range f.spool.options.Suffixes {
		names = append(names, rawName(f.outputName(suffix)))
	}
	return names
}

// folder is where the file was put away, if anything of it was.
func (f *File) folder() string {
	if f.record.Folder == "" {
		return ""
	}
	return filepath.Join(f.spool.dir, string(f.record.Folder))
}
