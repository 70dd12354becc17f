package msg_test

import (
	"go/ast"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"contact-distributor/csvmodel/msg"
)

// forms are the texts of a message, by what a number is in the language.
type forms map[string]string

// messagesOf are those of a message file, by key.
func messagesOf(t *testing.T, l msg.Language) map[string]forms {
	t.Helper()
	text, err := fs.ReadFile(msg.Files, string(l)+".toml")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	all := map[string]forms{}
	collect(all, "", tree)
	return all
}

func collect(all map[string]forms, prefix string, tree map[string]any) {
	for name, value := range tree {
		key := strings.TrimPrefix(prefix+"."+name, ".")
		switch value := value.(type) {
		case string:
			all[key] = forms{"other": value}
		case map[string]any:
			if !isMessage(value) {
				collect(all, key, value)
				continue
			}
			all[key] = forms{}
			for form, text := range value {
				all[key][form] = text.(string)
			}
		}
	}
}

func isMessage(value map[string]any) bool {
	return value["one"] != nil || value["many"] != nil
}

// isOwn reports whether a key is of those that each language has for itself: how it
// writes, and words with numbers that its other messages use.
func isOwn(key string) bool { return strings.HasPrefix(key, "n.") || strings.HasPrefix(key, "format.") }

func TestEveryLanguageHasEveryMessage(t *testing.T) {
	english := messagesOf(t, msg.English)
	for _, l := range msg.Languages() {
		messages := messagesOf(t, l)
		for key, texts := range english {
			if !isOwn(key) && messages[key] == nil {
				t.Errorf("%s lacks %s", l, key)
			} else if a, b := placeholdersOf(texts), placeholdersOf(messages[key]); !isOwn(key) && !slices.Equal(a, b) {
				t.Errorf("%s: %s has %q, in English %q", l, key, b, a)
			}
		}
		for key, texts := range messages {
			if !isOwn(key) && english[key] == nil {
				t.Errorf("%s has %s, which is not in English", l, key)
			}
			for _, text := range texts {
				checkWords(t, l, key, text, messages)
			}
		}
	}
}

var (
	placeholder = regexp.MustCompile(`\{\{(.*?)\}\}`)
	argument    = regexp.MustCompile(`\.(\w+)`)
	family      = regexp.MustCompile(`\{\{(n|word) "([\w-]+)"`)
)

// placeholdersOf are the arguments that a message may write, in any of its forms.
func placeholdersOf(texts forms) []string {
	names := map[string]bool{}
	for _, text := range texts {
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			for _, name := range argument.FindAllStringSubmatch(found[1], -1) {
				names[name[1]] = true
			}
		}
	}
	if len(texts) > 1 {
		names["Count"] = true // it decides about the form
	}
	return slices.Sorted(maps.Keys(names))
}

// checkWords looks for the words that a message takes from others.
func checkWords(t *testing.T, l msg.Language, key, text string, messages map[string]forms) {
	t.Helper()
	for _, found := range family.FindAllStringSubmatch(text, -1) {
		isThere := found[1] == "n" && messages["n."+found[2]] != nil
		for other := range messages {
			isThere = isThere || found[1] == "word" && strings.HasPrefix(other, found[2]+".")
		}
		if !isThere {
			t.Errorf("%s: %s: there is no %s %q", l, key, found[1], found[2])
		}
	}
}

func TestMessagesHaveTheFormsOfTheirLanguage(t *testing.T) {
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}
	for _, l := range msg.Languages() {
		needed := map[string]bool{}
		for n := range 1000 {
			needed[names[plural.Cardinal.MatchPlural(language.Make(string(l)), n, 0, 0, 0, 0)]] = true
		}
		for key, texts := range messagesOf(t, l) {
			if got := slices.Sorted(maps.Keys(texts)); len(texts) > 1 && !slices.Equal(got, slices.Sorted(maps.Keys(needed))) {
				t.Errorf("%s: %s has the forms %q, needed are %q", l, key, got, slices.Sorted(maps.Keys(needed)))
			}
		}
	}
}

func TestEveryCodeHasAMessage(t *testing.T) {
	messages := messagesOf(t, msg.English)
	for _, code := range declaredCodes(t) {
		if messages[string(code)] == nil {
			t.Errorf("%s has no message", code)
		}
	}
	for code := range msg.ArgNames() {
		if messages[string(code)] == nil {
			t.Errorf("arguments.txt: %s has no message", code)
		}
	}
	for key, texts := range messages {
		if !isOfCode(key) {
			continue
		}
		if !slices.ContainsFunc(sentences, func(r msg.Reason) bool { return string(r.Code) == key }) {
			t.Errorf("%s is not among the sentences that are compared", key)
		}
		for _, name := range placeholdersOf(texts) {
			if !slices.Contains(msg.ArgNames()[msg.Code(key)], name) {
				t.Errorf("%s does not pass %s", key, name)
			}
		}
	}
	for key, texts := range messages {
		base, isOffice := strings.CutSuffix(key, ".office")
		for _, name := range placeholdersOf(texts) {
			if isOffice && isOfCode(base) && !slices.Contains(msg.ArgNames()[msg.Code(base)], name) {
				t.Errorf("%s does not pass %s", base, name)
			}
		}
	}
}

// TestReadersWithoutATerminalReadOfNoFlag looks at what is said where there is no terminal:
// of codes, other than those of a verification, and by what writes pages, notes and mails.
func TestReadersWithoutATerminalReadOfNoFlag(t *testing.T) {
	for _, l := range msg.Languages() {
		messages := messagesOf(t, l)
		for key, texts := range messages {
			section, _, _ := strings.Cut(key, ".")
			isTheirs := strings.HasSuffix(key, ".office") || !strings.Contains(key, ".") || slices.Contains([]string{"report", "inbox", "news", "delivered"}, section)
			if !isTheirs || messages[key+".office"] != nil {
				continue
			}
			for _, text := range texts {
				if found := terminalOnly.FindString(text); found != "" {
					t.Errorf("%s: %s says %s: in other words as %s.office", l, key, found, key)
				}
			}
		}
	}
}

var terminalOnly = regexp.MustCompile(`--[a-z]+|contact-distributor \w+|--`)

// isOfCode reports whether a message is that of a Reason.
func isOfCode(key string) bool {
	return !strings.Contains(key, ".") || strings.HasPrefix(key, "proof.")
}

// declaredCodes are the constants of type Code.
func declaredCodes(t *testing.T) (codes []msg.Code) {
	t.Helper()
	for _, s := range sources(t) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if !is || len(spec.Values) != 1 {
				return true
			}
			if kind, is := spec.Type.(*ast.Ident); is && kind.Name == "Code" && s.tree.Name.Name == "msg" {
				code, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				codes = append(codes, msg.Code(code))
			}
			return true
		})
	}
	return codes
}

// TestEveryMessageIsUsed looks for the key of each message in the program, in other
// messages, or in the page's template: whole, or up to a word from elsewhere. The page
// leaves out the section of its own.
func TestEveryMessageIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, s := range sources(t) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
				text, _ := strconv.Unquote(literal.Value)
				used[text] = true
			}
			return true
		})
	}
	page, err := os.ReadFile(filepath.Join(root, "report", "page.html.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`text "([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		used[found[1]] = true
	}
	inProgram := used
	for _, l := range msg.Languages() {
		used, messages := maps.Clone(inProgram), messagesOf(t, l)
		for _, texts := range messages {
			for _, text := range texts {
				for _, found := range family.FindAllStringSubmatch(text, -1) {
					used[found[1]+"."+found[2]], used[found[2]+"."] = true, used[found[2]+"."] || found[1] == "word"
				}
			}
		}
		for key := range messages {
			if !isUsed(key, used) {
				t.Errorf("%s: nobody uses %s", l, key)
			}
		}
	}
}

func isUsed(key string, used map[string]bool) bool {
	key = strings.TrimSuffix(key, ".office")
	if word, isNumber := strings.CutPrefix(key, "n."); isNumber {
		return used[key] || used[word]
	}
	short, isOfPage := strings.CutPrefix(key, "report.")
	if used[key] || isOfPage && used[short] {
		return true
	}
	for i := range short {
		if short[i] == '.' && (used[short[:i+1]] || used[short[i:]] && isOfPage) {
			return true
		}
	}
	return isOfPage && strings.Contains(short, ".") && used["report."]
}

func TestEveryMessageIsATemplate(t *testing.T) {
	for _, l := range msg.Languages() {
		for key, texts := range messagesOf(t, l) {
			args := msg.Args{}
			for _, name := range placeholdersOf(texts) {
				args[name] = "x"
			}
			for _, text := range texts {
				if err := msg.Check(text, args); err != nil {
					t.Errorf("%s: %s: %v", l, key, err)
				}
			}
		}
	}
}

func TestAWrongPlaceholderIsFound(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"one that is not closed", "{{.Count"},
		{"a name without its point", "{{Count}}"},
		{"a function that is not there", "{{nn .Count}}"},
		{"a function without its word", "{{n .Count}}"},
		{"a function of nothing", "{{digits}}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if msg.Check(c.text, msg.Args{"Count": 1}) == nil {
				t.Error("there is no error")
			}
		})
	}
}

// TestNoRussianWordHasLatinLetters finds a letter of the one alphabet that looks like
// one of the other.
func TestNoRussianWordHasLatinLetters(t *testing.T) {
	for key, texts := range messagesOf(t, msg.Russian) {
		for _, text := range texts {
			for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
				isLatin := func(r rune) bool { return unicode.Is(unicode.Latin, r) }
				isCyrillic := func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }
				if strings.ContainsFunc(word, isLatin) && strings.ContainsFunc(word, isCyrillic) {
					t.Errorf("%s: %s", key, word)
				}
			}
		}
	}
}

func TestWordsAgreeWithTheirNumbers(t *testing.T) {
	for _, c := range []struct {
		name             string
		n                int
		english, russian string
	}{
		{"none", 0, "0 rows", "0 строк"},
		{"one", 1, "1 row", "1 строка"},
		{"a few", 4, "4 rows", "4 строки"},
		{"many", 5, "5 rows", "5 строк"},
		{"eleven is not one", 11, "11 rows", "11 строк"},
		{"fourteen is not four", 14, "14 rows", "14 строк"},
		{"one and twenty", 21, "21 rows", "21 строка"},
		{"one and a thousand", 1001, "1 001 rows", "1\u00a0001 строка"},
		{"one and a million", 1000001, "1 000 001 rows", "1\u00a0000\u00a0001 строка"},
		{"twelve and a million", 1000012, "1 000 012 rows", "1\u00a0000\u00a0012 строк"},
		{"two and ten million", 10000002, "10 000 002 rows", "10\u00a0000\u00a0002 строки"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := msg.Args{"Count": c.n}
			if got := msg.Text(msg.English, "n.rows", args); got != c.english {
				t.Error("got", got)
			}
			if got := msg.Text(msg.Russian, "n.rows", args); got != c.russian {
				t.Error("got", got)
			}
		})
	}
}

func TestReadersWithoutATerminalHaveTheirOwnWords(t *testing.T) {
	for _, c := range []struct {
		name   string
		reason msg.Reason
		want   string
	}{
		{"words of their own", msg.NewReason(msg.Strict), "не отправлено: в других строках файла есть ошибки"},
		{"the words of all", msg.NewReason(msg.Throttled), "сервис просит отправлять медленнее (429)"},
		{"inside of another reason", msg.NewReason(msg.Unsent, msg.NewReason(msg.Strict)), "не отправлено: не отправлено: в других строках файла есть ошибки"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.reason.Text(msg.Russian.Office()); got != c.want {
				t.Error("got", got)
			}
		})
	}
	if got := msg.NewReason(msg.Strict).Text(msg.Language("").Office()); got != "not sent, since other rows of the file are invalid" {
		t.Error("got", got)
	}
	if got := msg.Russian.Office().Office().Tag(); got != "ru" {
		t.Error("got", got)
	}
}

func TestParseLanguage(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       msg.Language
	}{
		{"English", "en", msg.English},
		{"Russian", "ru", msg.Russian},
		{"in capitals", "RU", msg.Russian},
		{"one that has no message file", "de", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := msg.ParseLanguage(c.text); got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// TestAThirdLanguageIsAFile has one that somebody has begun to translate.
func TestAThirdLanguageIsAFile(t *testing.T) {
	english, err := fs.ReadFile(msg.Files, "en.toml")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{
		"en.toml": {Data: english},
		"pl.toml": {Data: []byte(`
throttled = "usługa prosi o wolniejsze wysyłanie (429)"
nothing-taken = 'usługa od {{n "minutes" .For}} nic nie przyjmuje: {{.Answer}}'
[format]
group = "."
[n]
minutes = { one = "{{.Count}} minuty", few = "{{.Count}} minut", many = "{{.Count}} minut" }
rows = { one = "{{.Count}} wiersz", few = "{{.Count}} wiersze", many = "{{.Count}} wierszy" }
`)},
	}
	msg.Use(t, files)
	const polish = msg.Language("pl")
	if got, want := msg.NewReason(msg.NothingTaken, 0, msg.NewReason(msg.Throttled)).Text(polish), "usługa od 0 minut nic nie przyjmuje: usługa prosi o wolniejsze wysyłanie (429)"; got != want {
		t.Error("got", got)
	}
	if got := msg.Text(polish, "n.rows", msg.Args{"Count": 1022}); got != "1.022 wiersze" {
		t.Error("got", got)
	}
	if got := msg.NewReason(msg.Starting).Text(polish); got != "the instance is starting" {
		t.Error("what it lacks is not in English:", got)
	}
}
