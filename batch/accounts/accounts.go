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
	"maps"
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
func Read(path string, otherwise Limits) (all []Account, err error) {
	text, _, err := read(path, maxSize)
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		err = failed.Err
	}
	if err == nil && len(text) == maxSize {
		err = msg.Problem("accounts.large", nil)
	}
	if err != nil {
		return nil, within(path, err)
	}
	tables, err := decode(path, string(text))
	for _, t := range tables {
		if a := t.account(otherwise); t.err == nil {
			t.checkOwn(a, all)
			all = append(all, a)
		}
		if t.err != nil {
			return nil, t.err
		}
	}
	return all, err
}

func within(place string, err error) error {
	return msg.Problem("error.file", msg.Args{"File": place, "Err": err})
}

// table is what one account says. The library knows the lines of the last one only.
type table struct {
	path  string
	start int      // lines before it
	lines []string // up to the next
	keys  map[string]any
	err   error // the first
}

func decode(path, text string) (tables []*table, err error) {
	top := &table{path: path, lines: strings.Split(text, "\n")} // all of the file
	for i, line := range top.lines {
		if strings.HasPrefix(strings.ReplaceAll(line, " ", ""), "[[account]]") {
			tables = append(tables, &table{path: path, start: i})
		}
		if len(tables) > 0 {
			last := tables[len(tables)-1]
			last.lines = append(last.lines, line)
		}
	}
	var file struct {
		Account []map[string]any `toml:"account"`
	}
	read, err := toml.Decode(text, &file)
	if failed := (toml.ParseError{}); errors.As(err, &failed) {
		return nil, within(path+":"+strconv.Itoa(failed.Position.Line), msg.Problem("accounts.syntax", nil))
	}
	for _, key := range read.Keys() {
		if key[0] != "account" || len(file.Account) != len(tables) {
			top.check(key[0], msg.Problem("accounts.unknown", nil))
		}
	}
	if err != nil || len(tables) == 0 {
		top.check("", msg.Problem("accounts.none", nil))
	}
	if top.err != nil {
		return nil, top.err
	}
	for i, t := range tables {
		t.keys = file.Account[i]
	}
	return tables, nil
}

// check keeps the first error, with the line of its key or, without one, of the table.
func (t *table) check(key string, err error) {
	if err == nil || t.err != nil {
		return
	}
	i := max(0, slices.IndexFunc(t.lines, func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return key != "" && strings.Trim(name, " \t\r[]\"'\ufeff") == key
	}))
	if key != "" {
		err = within(key, err)
	}
	t.err = within(t.path+":"+strconv.Itoa(t.start+1+i), err)
}

// take returns what a key says, and takes a whole number for text or any number, too.
func take[T any](t *table, key string, otherwise T) T {
	value, isSaid := t.keys[key]
	if !isSaid {
		return otherwise
	}
	if n, is := value.(int64); is {
		switch any(otherwise).(type) {
		case string:
			value = strconv.FormatInt(n, 10)
		case float64:
			value = float64(n)
		}
	}
	if said, is := value.(T); is {
		return said
	}
	t.check(key, msg.Problem("accounts.type", nil))
	return otherwise
}

func (t *table) must(key string) string {
	if _, isSaid := t.keys[key]; !isSaid {
		t.check("", msg.Problem("accounts.missing", msg.Args{"Key": key}))
	}
	return strings.TrimSpace(take(t, key, ""))
}

func (t *table) account(otherwise Limits) Account {
	for _, key := range slices.Sorted(maps.Keys(t.keys)) {
		switch key {
		case "name", "api-url", "id-instance", "token-file", "rate", "per-day", "window", "timezone":
		case "new-per-day":
			t.check(key, msg.Problem("accounts.new-per-day", nil))
		default:
			t.check(key, msg.Problem("accounts.unknown", nil))
		}
	}
	a := Account{Name: t.must("name"), Account: greenapi.Account{APIURL: t.must("api-url"), IDInstance: t.must("id-instance")}}
	place := t.must("token-file")
	a.Rate, a.PerDay = take(t, "rate", otherwise.Rate), int(take(t, "per-day", int64(otherwise.PerDay)))
	hours, zone := take(t, "window", otherwise.Window), take(t, "timezone", otherwise.Zone)
	if t.err != nil {
		return a
	}
	if a.Name == "" || strings.ContainsFunc(a.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.check("name", msg.Problem("accounts.name", nil))
	}
	if !filepath.IsAbs(place) {
		place = filepath.Join(filepath.Dir(t.path), place)
	}
	token, err := ReadToken(place, "token-file")
	t.check("token-file", err)
	a.Token = greenapi.NewToken(token)
	t.check("", a.Check())
	t.check("rate", pacing.Policy{Rate: a.Rate}.CheckLimits())
	t.check("per-day", pacing.Policy{Rate: 1, PerDay: a.PerDay}.CheckLimits())
	_, err = pacing.ParseZone(zone)
	t.check("timezone", err)
	a.Window, err = pacing.ParseWindow(hours, zone)
	t.check("window", cmp.Or(err, a.Window.CheckTimeout(otherwise.Timeout)))
	return a
}

func (t *table) checkOwn(a Account, before []Account) {
	for _, other := range before {
		if strings.EqualFold(a.Name, other.Name) {
			t.check("name", msg.Problem("accounts.twice", msg.Args{"Value": a.Name}))
		}
		if a.IDInstance == other.IDInstance {
			t.check("id-instance", msg.Problem("accounts.twice", msg.Args{"Value": a.IDInstance}))
		}
	}
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
