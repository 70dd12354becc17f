package cli

import (
	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestEverythingThatIsSaidIsInRussian looks for the texts in the calls of say.
func TestEverythingThatIsSaidIsInRussian(t *testing.T) {
	said := saidTexts(t)
	for text := range maps.Values(meanings) {
		said[text] = true
	}
	for text := range maps.Values(delimiterNames) {
		said[text] = true
	}
	for text := range said {
		if russian[text] == "" {
			t.Errorf("%q is not in Russian", text)
		}
	}
	for text := range russian {
		if !said[text] {
			t.Errorf("%q is not said any more", text)
		}
	}
}

func saidTexts(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if text, ok := saidText(n); ok {
				said[text] = true
			}
			return true
		})
	}
	return said
}

// saidText is the text in a call of say, if it stands there.
func saidText(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return "", false
	}
	name, ok := call.Fun.(*ast.Ident)
	literal, isLiteral := call.Args[1].(*ast.BasicLit)
	if !ok || name.Name != "say" || !isLiteral {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

func TestTextsUseTheSameArgumentsInRussian(t *testing.T) {
	pattern := regexp.MustCompile(`%[.\d]*\[(\d)\]|\$\{\w+\((\d)\)\}`)
	places := func(text string) (all []string) {
		for _, found := range pattern.FindAllStringSubmatch(text, -1) {
			all = append(all, found[1]+found[2])
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	for english, text := range russian {
		if a, b := places(english), places(text); !slices.Equal(a, b) {
			t.Errorf("%q: %v and %v", english, a, b)
		}
	}
}

func TestForecastText(t *testing.T) {
	forecast := batch.Forecast{
		Run:        ledger.Run{Name: "c.csv"},
		Counts:     csvmodel.Counts{csvmodel.Unsent: 1211, csvmodel.Invalid: 23},
		Duplicates: 1, Requests: 1210, Duration: 121 * time.Second, Begins: true,
		Forecast: pacing.Forecast{Delay: 500 * time.Millisecond, LeftAt: time.Date(2020, 5, 6, 15, 4, 0, 0, time.Local)},
	}
	nothing := batch.Forecast{Run: ledger.Run{Name: "c.csv"}, Counts: csvmodel.Counts{csvmodel.Accepted: 1}}
	for _, c := range []struct {
		name     string
		language msg.Language
		forecast batch.Forecast
		want     string
	}{
		{"in English", msg.English, forecast,
			"c.csv: 1 234 rows, 23 invalid, 1 expected to be duplicate; 1 210 to send, at most 0.5 a second, of which one leaves the queue each 500ms, at most 2 000 in 24 hours: about 2 minutes, the last card leaves at 2020-05-06 15:04"},
		{"in Russian", msg.Russian, forecast,
			"c.csv: 1\u00a0234 строки, invalid: 23, предположительно duplicate: 1; к отправке: 1\u00a0210, не больше 0,5 в секунду, из очереди они выходят по одной за 0,5 с, не больше 2\u00a0000 за 24 часа: примерно 2 минуты, последняя карточка уйдёт: 06.05.2020 15:04"},
		{"one row in English", msg.English, nothing, "c.csv: 1 row, 1 accepted; nothing to send"},
		{"one row in Russian", msg.Russian, nothing, "c.csv: 1 строка, accepted: 1; отправлять нечего"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := forecastText(c.language, c.forecast, batch.Settings{Rate: 0.5, PerDay: 2000}); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAbout(t *testing.T) {
	for _, c := range []struct {
		name             string
		d                time.Duration
		english, russian string
	}{
		{"no time", 0, "under a second", "меньше секунды"},
		{"a second", time.Second, "1 second", "1 секунда"},
		{"seconds", 45 * time.Second, "45 seconds", "45 секунд"},
		{"minutes", 22 * time.Minute, "22 minutes", "22 минуты"},
		{"hours", 26*time.Hour + 5*time.Minute, "26 h 05 min", "26 ч 05 мин"},
		{"very many hours", 1000 * time.Hour, "1 000 h 00 min", "1\u00a0000 ч 00 мин"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if english, russian := about(msg.English, c.d), about(msg.Russian, c.d); english != c.english || russian != c.russian {
				t.Errorf("got %s, %s", english, russian)
			}
		})
	}
}

func TestInLanguage(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "нет.csv")
	_, err := batch.OpenInput(missing, csvmodel.Options{})
	other := errors.New("other")
	cyrillic := fmt.Errorf("c.csv: %w", &csvmodel.FileError{Reasons: []msg.Reason{{Code: msg.HeaderQuote}}, Cyrillic: true})
	for _, c := range []struct {
		name     string
		language msg.Language
		err      error
		want     string
	}{
		{"a file that nothing is known of, in English", "", err, missing + ": there is no such file: check the name and the folder"},
		{"in Russian if that was asked for", msg.Russian, err, missing + ": такого файла нет: проверьте имя и папку"},
		{"in the language of the file", "", cyrillic, "c.csv: в первой строке, с названиями столбцов, есть лишняя двойная кавычка: уберите её"},
		{"or in English if that was asked for", msg.English, cyrillic, "c.csv: has a stray double quote in its first line, which names the columns: take it off"},
		{"another error, as it is", msg.Russian, other, "other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := inLanguage(c.language, c.err)
			if got.Error() != c.want || !errors.Is(got, c.err) || exitStatus(got) != exitStatus(c.err) {
				t.Errorf("got %v", got)
			}
		})
	}
	if inLanguage(msg.Russian, nil) != nil || !errors.Is(inLanguage(msg.Russian, err), os.ErrNotExist) {
		t.Error("an error is lost")
	}
}

// TestRussianHasNoLatinLettersInItsWords finds a letter of the one alphabet that
// looks like one of the other.
func TestRussianHasNoLatinLettersInItsWords(t *testing.T) {
	mixed := regexp.MustCompile(`\p{Latin}\p{Cyrillic}|\p{Cyrillic}\p{Latin}`)
	for _, text := range russian {
		if found := mixed.FindString(strings.ReplaceAll(text, `\n`, "")); found != "" {
			t.Errorf("%q in %q", found, text)
		}
	}
}
