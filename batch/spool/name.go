package spool

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"
)

// rawName is a file's name, of any bytes.
type rawName string

func (n rawName) MarshalText() ([]byte, error) { return strconv.AppendQuote(nil, string(n)), nil }

func (n *rawName) UnmarshalText(text []byte) error {
	name, err := strconv.Unquote(string(text))
	*n = rawName(name)
	return err
}

type kind int

const (
	ignored     kind = iota // nobody's, or not whole yet
	table                   // to be claimed
	vcard                   // goes with the table of its name
	unsupported             // to be refused
)

// nobodys are left in a folder by systems that show it.
var nobodys = []string{"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "system volume information"}

func kindOf(name string) kind {
	lower := strings.ToLower(name)
	for _, prefix := range []string{".", "~$", "~lock", "__macosx"} {
		if strings.HasPrefix(lower, prefix) {
			return ignored
		}
	}
	if slices.Contains(nobodys, lower) || strings.HasSuffix(lower, "~") { // that of an editor's copy
		return ignored
	}
	switch filepath.Ext(lower) {
	case ".part", ".tmp", ".filepart", ".partial", ".crdownload", ".download":
		return ignored
	case ".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".ods":
		return table
	case ".vcf":
		return vcard
	}
	return unsupported
}

func stemOf(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

// maxStem leaves room for endings, a number and a temporary name: systems take 255 bytes.
const maxStem = 180

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

func folderName(stem string) string {
	if name := strings.TrimRight(truncate(stem), ". "); name != "" { // some systems ignore them there
		return name
	}
	return "file"
}

// fold is the same for names that some systems take for one.
func fold(name string) string { return strings.ToLower(name) }

func firstFree(stem string, used func(stem string) bool) string {
	free := stem
	for n := 2; used(free); n++ {
		free = fmt.Sprintf("%s-%d", stem, n)
	}
	return free
}

// Problem is why something in the folder was not claimed or moved. Each scan tries again.
type Problem struct {
	Name string
	Kind string // such as "untaken"
	Err  error
}

// Error is for programmers: Message is for people.
func (p *Problem) Error() string { return fmt.Sprintf("%q %s: %v", p.Name, p.Kind, p.cause()) }

// Message is the key of the text for people, with its arguments.
func (p *Problem) Message() (key string, args map[string]any) {
	return "spool." + p.Kind, map[string]any{"Name": p.Name, "Err": p.cause()}
}

func (p *Problem) cause() error {
	if errno := syscall.Errno(0); errors.As(p.Err, &errno) {
		return errno
	}
	return p.Err
}

func (p *Problem) Unwrap() error { return p.Err }

type fault struct{ kind, name string }

func (f fault) Error() string { return f.kind + " " + f.name }

// Message is that of a Problem.
func (f fault) Message() (key string, args map[string]any) {
	return "spool." + f.kind, map[string]any{"Name": f.name}
}
