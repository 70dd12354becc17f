package spool

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rawName is a file's name, of any bytes. Where it is written down, those that
// are no text are escaped.
type rawName string

func (n rawName) MarshalText() ([]byte, error) { return strconv.AppendQuote(nil, string(n)), nil }

func (n *rawName) UnmarshalText(text []byte) error {
	name, err := strconv.Unquote(string(text))
	*n = rawName(name)
	return err
}

// kind is what is to be done with a file, as its name says.
type kind int

const (
	ignored     kind = iota // not for us, or not yet
	table                   // to be claimed
	vcard                   // goes with the table of its name
	unsupported             // to be refused
)

func kindOf(name string) kind {
	lower := strings.ToLower(name)
	for _, prefix := range []string{".", "~$"} {
		if strings.HasPrefix(name, prefix) {
			return ignored
		}
	}
	switch filepath.Ext(lower) {
	case ".part", ".tmp", ".filepart":
		return ignored
	case ".csv", ".txt", ".tsv":
		return table
	case ".vcf":
		return vcard
	}
	return unsupported
}

// stemOf is a name without its ending.
func stemOf(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

// maxStem is the most bytes of a stem. A name has 255 at the most, and endings, a
// number and what a temporary file gets are put behind it.
const maxStem = 180

// truncate cuts a stem between two characters.
func truncate(stem string) string {
	if len(stem) <= maxStem {
		return stem
	}
	end := maxStem
	for end > maxStem-utf8.UTFMax && !utf8.RuneStart(stem[end]) {
		end--
	}
	return stem[:end]
}

// folderName is the name of the folder for a file. Some systems ignore dots and spaces
// at the end of a folder's name.
func folderName(stem string) string {
	if name := strings.TrimRight(truncate(stem), ". "); name != "" {
		return name
	}
	return "file"
}

// fold is the same for names that some systems take for one.
func fold(name string) string { return strings.ToLower(name) }

// firstFree puts the lowest number behind a stem for which it is not used.
func firstFree(stem string, used func(stem string) bool) string {
	free := stem
	for n := 2; used(free); n++ {
		free = fmt.Sprintf("%s-%d", stem, n)
	}
	return free
}
