// Package accounts reads the file that names the accounts of a team: a TOML table
// [[account]] for each, and in it what the console shows and the account's own limits.
//
// Every error names the file and the line, and none shows a token, nor what was written
// where the name of a token file belongs. Call Read first.
package accounts

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/BurntSushi/toml"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Account is an instance with its own limits.
type Account struct {
	Name string // is no other account's
	greenapi.Account
	Rate   float64 // requests a second at the most
	PerDay int     // cards in any 24 hours; 0: any number
	Window pacing.Window
}

// Limits are those of accounts that do not say theirs. They have been checked.
type Limits struct {
	Rate    float64
	PerDay  int
	Window  string        // as pacing.ParseWindow reads it
	Zone    string        // of the window
	Timeout time.Duration // for one answer
}

const maxSize = 1 << 20

// Read returns the accounts of a file, in its order. There is at least one.
func Read(path string, otherwise Limits) ([]Account, error) {
	text, _, err := read(path, maxSize)
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		err = failed.Err
	}
	if err == nil && len(text) == maxSize {
		err = msg.Problem("accounts.large", nil)
	}
	if err != nil {
		return nil, msg.Problem("error.file", msg.Args{"File": path, "Err": err})
	}
	return parse(path, strings.TrimPrefix(string(text), "\ufeff"), otherwise)
}

func parse(path, text string, otherwise Limits) (all []Account, err error) {
	sections := split(path, text)
	for i, s := range sections {
		said, err := s.decode(i == 0)
		if err == nil && i > 0 {
			var a Account
			a, err = s.account(said, otherwise)
			err = cmp.Or(err, s.checkOwn(a, all))
			all = append(all, a)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, sections[0].problem("", "accounts.none", nil)
	}
	return all, nil
}

// section is one account's part of the file; the first is what stands before all.
type section struct {
	path  string
	start int // lines before it
	lines []string
}

func split(path, text string) []section {
	sections := []section{{path: path}}
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.ReplaceAll(line, " ", ""), "[[account]]") {
			sections = append(sections, section{path: path, start: i})
		}
		last := &sections[len(sections)-1]
		last.lines = append(last.lines, line)
	}
	return sections
}

// wrap names the line of a key, or that of the section where it has none, and the key.
func (s section) wrap(key string, err error) error {
	place := max(0, slices.IndexFunc(s.lines, func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return key != "" && strings.EqualFold(strings.Trim(name, " \t\r[]\"'"), key)
	}))
	if key != "" {
		err = msg.Problem("error.file", msg.Args{"File": key, "Err": err})
	}
	return s.onLine(s.start+1+place, err)
}

func (s section) onLine(line int, err error) error {
	return msg.Problem("error.file", msg.Args{"File": s.path + ":" + strconv.Itoa(line), "Err": err})
}

func (s section) problem(key, sentence string, args msg.Args) error {
	return s.wrap(key, msg.Problem(sentence, args))
}

// table is what an account says.
type table struct {
	Name       value[string]  `toml:"name"`
	APIURL     value[string]  `toml:"api-url"`
	IDInstance value[string]  `toml:"id-instance"`
	TokenFile  value[string]  `toml:"token-file"`
	Rate       value[float64] `toml:"rate"`
	PerDay     value[int64]   `toml:"per-day"`
	NewPerDay  value[int64]   `toml:"new-per-day"`
	Window     value[string]  `toml:"window"`
	Zone       value[string]  `toml:"timezone"`
}

type value[T any] struct {
	is    T
	known bool
}

// UnmarshalTOML takes a whole number for text or any number too.
func (v *value[T]) UnmarshalTOML(data any) error {
	if n, is := data.(int64); is {
		switch any(v.is).(type) {
		case string:
			data = strconv.FormatInt(n, 10)
		case float64:
			data = float64(n)
		}
	}
	if v.is, v.known = data.(T); !v.known {
		return msg.Problem("accounts.type", nil)
	}
	return nil
}

func (v value[T]) or(otherwise T) T {
	if v.known {
		return v.is
	}
	return otherwise
}

// decode reads the section by itself, with as many lines before it as in the file: the
// library knows the line of a key only where no other table has it.
func (s section) decode(isBefore bool) (table, error) {
	text := strings.Repeat("\n", s.start) + strings.Join(s.lines, "\n")
	var failed toml.ParseError
	read, err := toml.Decode(text, &map[string]any{})
	if errors.As(err, &failed) {
		return table{}, s.onLine(failed.Position.Line, msg.Problem("accounts.syntax", nil))
	}
	unknown := read.Keys()
	file := struct {
		Account []table `toml:"account"`
	}{make([]table, 1)}
	if !isBefore {
		read, err = toml.Decode(text, &file)
		unknown = read.Undecoded()
	}
	switch {
	case errors.As(err, &failed):
		return table{}, s.problem(failed.LastKey[strings.LastIndexByte(failed.LastKey, '.')+1:], "accounts.type", nil)
	case err != nil:
		return table{}, s.problem("", "accounts.syntax", nil)
	case len(unknown) > 0:
		key := unknown[0]
		return table{}, s.problem(key[len(key)-1], "accounts.unknown", nil)
	}
	return file.Account[0], nil
}

func (s section) account(t table, otherwise Limits) (a Account, err error) {
	for i, must := range []value[string]{t.Name, t.APIURL, t.IDInstance, t.TokenFile} {
		if !must.known {
			return a, s.problem("", "accounts.missing", msg.Args{"Key": []string{"name", "api-url", "id-instance", "token-file"}[i]})
		}
	}
	if t.NewPerDay.known {
		return a, s.problem("new-per-day", "accounts.new-per-day", nil)
	}
	a.Name, a.APIURL, a.IDInstance = strings.TrimSpace(t.Name.is), t.APIURL.is, strings.TrimSpace(t.IDInstance.is)
	if a.Name == "" || strings.ContainsFunc(a.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return a, s.problem("name", "accounts.name", nil)
	}
	place := t.TokenFile.is
	if !filepath.IsAbs(place) {
		place = filepath.Join(filepath.Dir(s.path), place)
	}
	token, err := ReadToken(place, "token-file")
	if err != nil {
		return a, s.wrap("token-file", err)
	}
	a.Token = greenapi.NewToken(token)
	if err := a.Check(); err != nil {
		return a, s.wrap("", err)
	}
	return a, s.limit(&a, t, otherwise)
}

func (s section) limit(a *Account, t table, otherwise Limits) (err error) {
	a.Rate, a.PerDay = t.Rate.or(otherwise.Rate), int(t.PerDay.or(int64(otherwise.PerDay)))
	if err := (pacing.Policy{Rate: t.Rate.or(1)}).CheckLimits(); err != nil {
		return s.wrap("rate", err)
	}
	if err := (pacing.Policy{Rate: 1, PerDay: a.PerDay}).CheckLimits(); err != nil {
		return s.wrap("per-day", err)
	}
	zone := t.Zone.or(otherwise.Zone)
	if _, err := pacing.ParseZone(zone); err != nil {
		return s.wrap("timezone", err)
	}
	if a.Window, err = pacing.ParseWindow(t.Window.or(otherwise.Window), zone); err == nil {
		err = a.Window.CheckTimeout(otherwise.Timeout)
	}
	if err != nil {
		return s.wrap("window", err)
	}
	return nil
}

func (s section) checkOwn(a Account, before []Account) error {
	for _, other := range before {
		switch {
		case strings.EqualFold(a.Name, other.Name):
			return s.problem("name", "accounts.twice", msg.Args{"Value": a.Name})
		case a.IDInstance == other.IDInstance:
			return s.problem("id-instance", "accounts.twice", msg.Args{"Value": a.IDInstance})
		}
	}
	return nil
}

const maxToken = 4096

// ReadToken returns the token that is in a file. Its errors say where the file is named,
// and do not name it: people give the token itself in its place.
func ReadToken(path, named string) (string, error) {
	text, mode, err := read(path, maxToken)
	var failed *fs.PathError
	switch token := strings.TrimSpace(string(text)); {
	case errors.As(err, &failed):
		return "", msg.Problem("usage.token-file", msg.Args{"Named": named, "Err": failed.Err})
	case err != nil:
		return "", err
	case token == "":
		return "", msg.Problem("usage.token-empty", nil)
	case mode&0o007 != 0 && runtime.GOOS != "windows":
		return "", msg.Problem("usage.token-open", msg.Args{"Named": named})
	default:
		return token, nil
	}
}

func read(path string, most int64) (text []byte, mode fs.FileMode, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil {
		err = csvmodel.CheckSize(info)
	}
	if err != nil {
		return nil, 0, &fs.PathError{Path: path, Err: err}
	}
	text, err = io.ReadAll(io.LimitReader(f, most))
	return text, info.Mode(), err
}
