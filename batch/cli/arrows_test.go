package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "contact-distributor"

// arrows is what each package of the program may import of the others. A package
// that is not here may not exist.
var arrows = map[string][]string{
	".":                  {"batch/cli"},
	"batch/cli":          {"batch", "batch/cli/terminal", "batch/timeline", "batch/audit", "batch/account", "batch/accounts", "batch/pacing", "batch/ledger", "batch/greenapi", "batch/inbox", "batch/publish", "batch/spool", "batch/sandbox", "report", "csvmodel", "csvmodel/phone", "csvmodel/charset", "csvmodel/msg"},
	"batch/cli/terminal": {"batch", "batch/publish", "csvmodel", "csvmodel/msg"},
	"batch":              {"batch/dispatch", "batch/reconcile", "batch/account", "batch/tracking", "batch/pacing", "batch/greenapi", "batch/ledger", "csvmodel", "csvmodel/phone", "csvmodel/msg"},
	"batch/dispatch":     {"batch/account", "batch/pacing", "batch/greenapi", "batch/ledger", "csvmodel", "csvmodel/phone", "csvmodel/msg"},
	"batch/reconcile":    {"batch/account", "batch/match", "batch/greenapi", "batch/ledger", "csvmodel", "csvmodel/msg"},
	"batch/tracking":     {"batch/account", "batch/match", "batch/greenapi", "batch/ledger", "csvmodel", "csvmodel/msg"},
	"batch/account":      {"batch/pacing", "batch/greenapi", "batch/ledger", "csvmodel/msg"},
	"batch/accounts":     {"batch/pacing", "batch/greenapi", "csvmodel", "csvmodel/msg"},
	"batch/match":        {"batch/greenapi", "batch/ledger", "csvmodel"},
	"batch/pacing":       {"csvmodel/msg"},
	"batch/greenapi":     {"csvmodel", "csvmodel/msg"},
	"batch/ledger":       {"batch/ledger/proof", "batch/ledger/leases", "batch/ledger/commit", "batch/ledger/query", "batch/ledger/sqlite", "batch/ledger/postgres", "csvmodel", "csvmodel/phone", "csvmodel/msg"},
	"batch/timeline":     {"batch/ledger", "csvmodel", "csvmodel/msg"},
	"batch/audit":        {"batch/ledger", "csvmodel", "csvmodel/msg"},
	"batch/spool":        {},
	"batch/publish":      {"batch", "batch/audit", "batch/ledger", "batch/tracking", "batch/spool", "report", "csvmodel", "csvmodel/msg"},
	"batch/inbox":        {"batch", "batch/audit", "batch/ledger", "batch/pacing", "batch/publish", "batch/spool", "csvmodel", "csvmodel/msg"},
	"batch/sandbox":      {}, // the judge shares no code with the judged
	"report":             {"csvmodel", "csvmodel/msg"},
	"csvmodel":           {"csvmodel/msg", "csvmodel/charset", "csvmodel/record", "csvmodel/phone", "csvmodel/vcard", "csvmodel/xlsx", "csvmodel/text", "csvmodel/guard"},
	"csvmodel/record":    {"csvmodel/msg"},
	"csvmodel/text":      {"csvmodel/guard", "csvmodel/phone", "csvmodel/charset", "csvmodel/msg"},
	"csvmodel/guard":     {"csvmodel/phone"},
	"csvmodel/phone":     {"csvmodel/msg"},
	"csvmodel/vcard":     {"csvmodel/msg", "csvmodel/charset", "csvmodel/phone"},
	"csvmodel/charset":   {"csvmodel/msg"},
	"csvmodel/xlsx":      {"csvmodel/msg"},
	"csvmodel/msg":       {},

	"batch/ledger/leases":   {"batch/ledger/commit", "batch/ledger/query", "batch/ledger/sqlite", "batch/ledger/postgres", "csvmodel/msg"}, // the ledger's own, like the next ones
	"batch/ledger/proof":    {"batch/ledger/commit", "batch/ledger/query", "csvmodel"},
	"batch/ledger/commit":   {"batch/ledger/query", "csvmodel/msg"},
	"batch/ledger/sqlite":   {"batch/ledger/query", "csvmodel/msg"},
	"batch/ledger/postgres": {"batch/ledger/query", "csvmodel/msg"},
	"batch/ledger/query":    {},
	"batch/ledger/pgtest":   {}, // for tests
}

// testArrows is what tests may import beside that.
var testArrows = map[string][]string{
	"batch/cli/terminal":    {"batch/ledger", "batch/pacing"},
	"batch/cli":             {"batch/ledger/pgtest"},
	"batch":                 {"batch/ledger/pgtest", "batch/timeline", "batch/audit", "batch/sandbox", "report"},
	"batch/ledger":          {"batch/ledger/pgtest"},
	"batch/ledger/postgres": {"batch/ledger/pgtest"},
	"batch/greenapi":        {"batch/sandbox"},
	"batch/inbox":           {"batch/greenapi", "batch/sandbox"},
	"batch/audit":           {"csvmodel/charset"},
	"report":                {"csvmodel/charset"},
}

// rooms is where a library, with all that is below it, may be imported.
var rooms = map[string][]string{
	"github.com/spf13/cobra":            {"batch/cli"},
	"github.com/spf13/pflag":            {"batch/cli"},
	"github.com/schollz/progressbar/v3": {"batch/cli/terminal"},
	"database/sql":                      {"batch/ledger", "batch/ledger/query", "batch/ledger/proof", "batch/ledger/sqlite", "batch/ledger/postgres"},
	"modernc.org/sqlite":                {"batch/ledger/sqlite"},
	"github.com/gofrs/flock":            {"batch/ledger/sqlite"},
	"github.com/gocarina/gocsv":         {"csvmodel"},
	"github.com/xuri/excelize/v2":       {"csvmodel/xlsx"},
	"github.com/emersion/go-vcard":      {"csvmodel/vcard"},
	"golang.org/x/text":                 {"csvmodel/charset", "csvmodel/msg"},
	"github.com/nicksnyder/go-i18n/v2":  {"csvmodel/msg"},
	"github.com/BurntSushi/toml":        {"csvmodel/msg", "batch/accounts"},
	"golang.org/x/net":                  {},
	"github.com/nyaruka/phonenumbers":   {},
	"golang.org/x/time/rate":            {"batch/pacing", "batch/greenapi"},
	"net/http":                          {"batch/cli", "batch/greenapi", "batch/sandbox"}, // nobody else could send
	"github.com/rogpeppe/go-internal":   {},
	"net/http/httptest":                 {},
	"go.yaml.in/yaml/v3":                {},
	"github.com/jackc/pgx/v5":           {"batch/ledger/postgres", "batch/ledger/pgtest"},
	"testing":                           {"batch/ledger/pgtest"},
}

// TestTheArrowsBetweenPackagesPointOneWay reads every file, those for other
// systems too.
func TestTheArrowsBetweenPackagesPointOneWay(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		for _, target := range importsOf(t, path) {
			if why := forbidden(filepath.ToSlash(file), target); why != "" {
				t.Errorf("%s: imports %s: %s", file, target, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func importsOf(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	targets := make([]string, len(file.Imports))
	for i, spec := range file.Imports {
		if targets[i], err = strconv.Unquote(spec.Path.Value); err != nil {
			t.Fatal(err)
		}
	}
	return targets
}

// forbidden says why the file of that path, relative to the module, may not
// import target, or nothing.
func forbidden(file, target string) string {
	room := "."
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		room = file[:i]
	}
	isTest := strings.HasSuffix(file, "_test.go")
	allowed, known := arrows[room]
	if !known {
		return room + " is no room of this program"
	}
	if own, ours := strings.CutPrefix(target, module+"/"); ours {
		if slices.Contains(allowed, own) || isTest && (own == room || slices.Contains(testArrows[room], own)) {
			return ""
		}
		return "no arrow goes from " + room + " to " + own
	}
	if isTest {
		return ""
	}
	return outOfRoom(room, target)
}

// outOfRoom says that a library has its room elsewhere. Of two entries the
// longer one counts.
func outOfRoom(room, target string) string {
	libraries := slices.SortedFunc(maps.Keys(rooms), func(a, b string) int { return len(b) - len(a) })
	for _, library := range libraries {
		if target != library && !strings.HasPrefix(target, library+"/") {
			continue
		}
		switch allowed := rooms[library]; {
		case slices.Contains(allowed, room):
			return ""
		case len(allowed) == 0:
			return library + " is for tests"
		default:
			return library + " is for " + strings.Join(allowed, ", ") + " alone"
		}
	}
	return ""
}

func TestArrowsThatWouldBeWrong(t *testing.T) {
	for _, c := range []struct {
		name, file, target string
		allowed            bool
	}{
		{"main reaches the command line", "main.go", module + "/batch/cli", true},
		{"main reaches nothing else", "main.go", module + "/batch", false},
		{"the command line opens the ledger", "batch/cli/send.go", module + "/batch/ledger", true},
		{"and does not reach into its file", "batch/cli/send.go", module + "/batch/ledger/sqlite", false},
		{"the terminal shows what it is given", "batch/cli/terminal/summary.go", module + "/batch/ledger", false},
		{"a report does not see the job", "report/results.go", module + "/batch", false},
		{"a report cannot send", "report/results.go", "net/http", false},
		{"nothing points upwards", "csvmodel/row.go", module + "/report", false},
		{"the client does not know the ledger", "batch/greenapi/client.go", module + "/batch/ledger", false},
		{"the judge shares no code with the judged", "batch/sandbox/take.go", module + "/csvmodel", false},
		{"nor do the judge's tests", "batch/sandbox/take_test.go", module + "/batch/greenapi", false},
		{"a test of the job may have the imitation", "batch/job_test.go", module + "/batch/sandbox", true},
		{"the job itself may not", "batch/job.go", module + "/batch/sandbox", false},
		{"SQL is the ledger's", "batch/ledger/row.go", "database/sql", true},
		{"and nobody else's", "batch/plan.go", "database/sql/driver", false},
		{"the CLI library is the command line's", "batch/plan.go", "github.com/spf13/cobra", false},
		{"rows are read in csvmodel", "report/results.go", "github.com/gocarina/gocsv", false},
		{"what is for tests stays there", "batch/sandbox/server.go", "net/http/httptest", false},
		{"a test of the ledger may have a database", "batch/ledger/row_test.go", module + "/batch/ledger/pgtest", true},
		{"the ledger itself opens what it is given", "batch/ledger/ledger.go", module + "/batch/ledger/pgtest", false},
		{"no room without a place", "tools/gen.go", "fmt", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if why := forbidden(c.file, c.target); (why == "") != c.allowed {
				t.Errorf("%s imports %s: %q", c.file, c.target, why)
			}
		})
	}
}
