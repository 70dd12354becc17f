// Package accounts reads the file that names the accounts of a team: a TOML table
// [[account]] for each, and in it what the console shows and the account's own limits.
//
// Every error names the file and the line, and none shows a token, nor what was written
// where the name of a token file belongs. Call Read first.
package accounts

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
	Rate    float64       `toml:"rate"`
	PerDay  int           `toml:"per-day"`
	Window  string        `toml:"window"`   // as pacing.ParseWindow reads it
	Zone    string        `toml:"timezone"` // of the window
	Timeout time.Duration `toml:"-"`        // for one answer
}

const maxSize = 1 << 20

// header begins a table. The library knows the lines of the last table only, so that each is
// given to it alone.
var header = regexp.MustCompile(`^[ \t]*\[\[[ \t]*account[ \t]*\]\][ \t\r]*(#.*)?$`)

// Read returns the accounts of a file, in its order. There is at least one.
func Read(path string, otherwise Limits) (all []Account, err error) {
	text, _, err := read(path, maxSize)
	if err == nil && len(text) == maxSize {
		err = msg.Problem("accounts.large", nil)
	}
	if err != nil {
		return nil, within(path, err)
	}
	tables := []*table{{path: path}} // and the lines before the first
	for i, line := range strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n") {
		if header.MatchString(line) {
			tables, line = append(tables, &table{path: path, start: i}), ""
		}
		last := tables[len(tables)-1]
		last.lines = append(last.lines, line)
	}
	if _, err = tables[0].decode(nil, &struct{}{}); err == nil && len(tables) == 1 {
		err = tables[0].failed("", msg.Problem("accounts.none", nil))
	}
	for _, t := range tables[1:] {
		var a Account
		if err == nil {
			a, err = t.account(otherwise, all)
		}
		all = append(all, a)
	}
	return all, err
}

func within(place string, err error) error {
	return msg.Problem("error.file", msg.Args{"File": place, "Err": err})
}

// table is what one account says, without its header.
type table struct {
	path  string
	start int // lines before it
	lines []string
}

// failed adds the key to an error, if there is one, and its line, or the first of the table.
func (t *table) failed(key string, err error) error {
	if err == nil {
		return nil
	}
	line := t.start + 1
	if key != "" {
		line += max(0, slices.IndexFunc(t.lines, func(line string) bool {
			name, _, _ := strings.Cut(line, "=")
			name, _, _ = strings.Cut(name, ".")
			return strings.Trim(name, " \t\r[]\"'") == key
		}))
		err = within(key, err)
	}
	return within(t.path+":"+strconv.Itoa(line), err)
}

// types are what the library calls the values that a key may have.
var types = map[string]string{
	"name": "String", "api-url": "String", "id-instance": "String Integer", "token-file": "String",
	"rate": "Float Integer", "per-day": "Integer", "window": "String", "timezone": "String",
}

func (t *table) decode(types map[string]string, values any) (toml.MetaData, error) {
	read, err := toml.Decode(strings.Join(t.lines, "\n"), values)
	if failed := (toml.ParseError{}); errors.As(err, &failed) {
		place := t.path + ":" + strconv.Itoa(t.start+failed.Position.Line)
		return read, within(place, msg.Problem("accounts.syntax", nil))
	}
	for _, key := range read.Keys() {
		problem := ""
		switch allowed, isKnown := types[key[0]]; {
		case types != nil && key[0] == "new-per-day":
			problem = "accounts.new-per-day"
		case !isKnown, len(key) > 1:
			problem = "accounts.unknown"
		case !slices.Contains(strings.Fields(allowed), read.Type(key...)):
			problem = "accounts.type"
		}
		if problem != "" {
			return read, t.failed(key[0], msg.Problem(problem, nil))
		}
	}
	return read, err
}

func (t *table) account(otherwise Limits, before []Account) (Account, error) {
	var values struct {
		Name       string `toml:"name"`
		APIURL     string `toml:"api-url"`
		IDInstance any    `toml:"id-instance"`
		TokenFile  string `toml:"token-file"`
		Limits
	}
	values.Limits = otherwise
	read, err := t.decode(types, &values)
	for _, key := range []string{"name", "api-url", "id-instance", "token-file"} {
		if err == nil && !read.IsDefined(key) {
			err = t.failed("", msg.Problem("accounts.missing", msg.Args{"Key": key}))
		}
	}
	if err != nil {
		return Account{}, err
	}
	place := values.TokenFile
	if !filepath.IsAbs(place) {
		place = filepath.Join(filepath.Dir(t.path), place)
	}
	token, errToken := ReadToken(place, "token-file")
	_, errZone := pacing.ParseZone(values.Zone)
	window, errWindow := pacing.ParseWindow(values.Window, values.Zone)
	a := Account{Name: strings.TrimSpace(values.Name), Rate: values.Rate, PerDay: values.PerDay, Window: window, Account: greenapi.Account{
		APIURL: values.APIURL, IDInstance: strings.TrimSpace(fmt.Sprint(values.IDInstance)), Token: greenapi.NewToken(token)}}
	errName, errInstance := a.checkOwn(before)
	return a, cmp.Or(
		t.failed("name", errName), t.failed("id-instance", errInstance), t.failed("token-file", errToken), t.failed("", a.Check()),
		t.failed("rate", pacing.Policy{Rate: a.Rate}.CheckLimits()), t.failed("per-day", pacing.Policy{Rate: 1, PerDay: a.PerDay}.CheckLimits()),
		t.failed("timezone", errZone), t.failed("window", cmp.Or(errWindow, window.CheckTimeout(otherwise.Timeout))))
}

// checkOwn checks what no other account may have.
func (a Account) checkOwn(before []Account) (errName, errInstance error) {
	if a.Name == "" || strings.ContainsFunc(a.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		errName = msg.Problem("accounts.name", nil)
	}
	for _, other := range before {
		if strings.EqualFold(a.Name, other.Name) {
			errName = msg.Problem("accounts.twice", msg.Args{"Value": a.Name})
		}
		if a.IDInstance == other.IDInstance {
			errInstance = msg.Problem("accounts.twice", msg.Args{"Value": a.IDInstance})
		}
	}
	return errName, errInstance
}

// ReadToken returns the token that is in a file. Its errors say where the file is named,
// and do not name it: people give the token itself in its place.
func ReadToken(path, named string) (string, error) {
	text, mode, err := read(path, 4096)
	switch token := strings.TrimSpace(string(text)); {
	case err != nil:
		return "", msg.Problem("usage.token-file", msg.Args{"Named": named, "Err": err})
	case token == "":
		return "", msg.Problem("usage.token-empty", nil)
	case mode&0o007 != 0 && runtime.GOOS != "windows":
		return "", msg.Problem("usage.token-open", msg.Args{"Named": named})
	default:
		return token, nil
	}
}

// read returns at most so many bytes of a file. Its errors do not name the file.
func read(path string, most int64) (text []byte, mode fs.FileMode, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err == nil {
		defer f.Close()
		var info fs.FileInfo
		if info, err = f.Stat(); err == nil {
			mode, err = info.Mode(), csvmodel.CheckSize(info)
		}
	}
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(f, most))
	}
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		err = failed.Err
	}
	return text, mode, err
}
