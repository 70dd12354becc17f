package accounts_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/accounts"
	"contact-distributor/csvmodel/msg"
)

const secret = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345"

var limits = accounts.Limits{Rate: 10, PerDay: 5, Window: "09:00-20:00", Zone: "UTC", Timeout: time.Minute}

// write puts a file of accounts beside the files of their tokens.
func write(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"token": 0o600, "open": 0o644, "shared": 0o640} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(secret+"\n"), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "accounts.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const sales = `[[account]]
name = "sales"
api-url = "https://7105.api.greenapi.com"
id-instance = "7105000001"
token-file = "token"
`

func TestRead(t *testing.T) {
	all, err := accounts.Read(write(t, "\ufeff# the teams\n\n"+strings.ReplaceAll(sales, "\n", "\r\n")+
		"rate = 2\nper-day = 0\nwindow = \"10:00-12:00\"\ntimezone = \"Europe/Moscow\"\n"+
		" [[ account ]] # of the office\nname = 'office Nord'\napi-url = \"https://7103.api.greenapi.com/\"\nid-instance = 7103000002\ntoken-file = \"shared\"\n"), limits)
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	a, b := all[0], all[1]
	if a.Name != "sales" || a.IDInstance != "7105000001" || a.Rate != 2 || a.PerDay != 0 || a.Window.String() != "10:00-12:00 Europe/Moscow" || a.Token.IsZero() {
		t.Errorf("%+v", a)
	}
	if b.Name != "office Nord" || b.IDInstance != "7103000002" || b.Rate != 10 || b.PerDay != 5 || b.Window.String() != "09:00-20:00 UTC" {
		t.Errorf("an account says nothing of its own, and has %+v", b)
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	const other = "[[account]]\nname = \"other\"\napi-url = \"https://7103.api.greenapi.com\"\nid-instance = 7103000002\ntoken-file = \"token\"\n"
	cases := []struct{ name, text, want string }{
		{"no account", "# none\n", ":1: names no account"},
		{"an empty file", "", ":1: names no account"},
		{"a key before the first account", "rate = 5\n" + sales, ":1: rate: no account has this"},
		{"a table of another name", "\n[[accounts]]\nname = \"x\"\n", ":2: accounts: no account has this"},
		{"a table in between", sales + "[limits]\nrate = 5\n" + other, ":6: limits: no account has this"},
		{"an unknown key of the first of two accounts", sales + "ratte = 5\n" + other, ":6: ratte: no account has this"},
		{"a key within a key", sales + "rate = 5\nwindow.from = \"09:00\"\n", ":7: window: no account has this"},
		{"a table for a value", sales + "window = { from = \"09:00\" }\n", ":6: window: needs text in double quotes"},
		{"the token itself", sales + "token = \"" + secret + "\"\n", ":6: token: no account has this"},
		{"no TOML", sales + "\nrate == 5\n" + other, ":7: cannot be read"},
		{"text without its quotes", other + "\n[[account]]\ntoken-file = " + secret + "\n", ":8: cannot be read"},
		{"a key twice", sales + "name = \"x\"\n", ":6: cannot be read"},
		{"a number that is text", sales + "rate = \"fast\"\n" + other + "rate = 7\n", ":6: rate: needs text in double quotes, or a number"},
		{"half a card", sales + "per-day = 1.5\n", ":6: per-day: needs text"},
		{"an instance that is none", strings.Replace(sales, `"7105000001"`, "true", 1), ":4: id-instance: needs text"},
		{"a missing key", other + strings.Replace(sales, "token-file = \"token\"\n", "", 1), ":6: the account lacks token-file"},
		{"a name of two lines", strings.Replace(sales, `"sales"`, `"sa\nles"`, 1), ":2: name: needs a name in a line"},
		{"a name twice", sales + strings.Replace(other, "other", "SALES", 1), ":7: name: \"SALES\" is another account's"},
		{"an instance twice", sales + strings.Replace(other, "7103000002", "7105000001", 1), ":9: id-instance: \"7105000001\" is another account's"},
		{"an instance of letters", other + strings.Replace(sales, "7105000001", "abc", 1), ":6: idInstance is no instance id"},
		{"an address in the clear", strings.Replace(sales, "https", "http", 1), ":1: apiUrl begins with http://"},
		{"no such token file", strings.Replace(sales, `"token"`, `"`+secret+`"`, 1), ":5: token-file: the token file (token-file) cannot be read: no such file"},
		{"a folder", strings.Replace(sales, `"token"`, `"."`, 1), ":5: token-file: the token file (token-file) cannot be read"},
		{"an open token file", other + strings.Replace(sales, `"token"`, `"open"`, 1), ":10: token-file: the token file (token-file) can be read or changed by every user"},
		{"a rate of 0", sales + "rate = 0\n", ":6: rate: --rate 0"},
		{"a cap below 0", sales + "per-day = -1\n", ":6: per-day: --per-day -1"},
		{"hours that are none", sales + "window = \"day\"\n", ":6: window: --window"},
		{"a zone that is none", sales + "timezone = \"Mars\"\n", ":6: timezone: --timezone"},
		{"recipients that are new", sales + "new-per-day = 10\n", ":6: new-per-day: cannot be kept"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.Contains(c.name, "open") {
				t.Skip("files have no modes there")
			}
			path := write(t, c.text)
			_, err := accounts.Read(path, limits)
			got := "no error"
			if err != nil {
				got = msg.Explain(msg.English, err)
			}
			if !strings.HasPrefix(got, path+c.want) || strings.Contains(got, secret) {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	path := write(t, strings.Repeat("# a line\n", 200_000))
	for _, place := range []string{path, filepath.Dir(path), path + "none"} {
		if _, err := accounts.Read(place, limits); err == nil || !strings.HasPrefix(msg.Explain(msg.English, err), place+": ") {
			t.Errorf("%s: %v", place, err)
		}
	}
}
