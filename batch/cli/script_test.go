package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"contact-distributor/batch/ledger/pgtest"
)

// whenLong is a value for tests that may take minutes, or else a lesser one.
func whenLong[T any](long, short T) T {
	if os.Getenv("CONTACTS_TEST_LONG") != "" {
		return long
	}
	return short
}

func TestMain(m *testing.M) {
	// Scripts wait more than they compute: for answers, for the queue, for the ends of
	// pauses. Eight of them at a time do not need eight cores. -parallel overrides it.
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	testscript.Main(suite{m}, map[string]func(){
		"contact-distributor": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			context.AfterFunc(ctx, stop)
			os.Exit(Main(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

// suite is all tests of the package. What they share is removed at their end.
type suite struct{ *testing.M }

func (s suite) Run() int {
	defer func() { os.RemoveAll(built.dir) }()
	os.Setenv("LC_ALL", "C") // whatever the language of whoever runs the tests is
	return s.M.Run()
}

// built is the program as users have it, main.go included, once one test has built it.
var built struct {
	sync.Once
	dir string
	err error
}

// buildProgram returns the path of the built program.
func buildProgram(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "contact-distributor"); built.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", built.dir, "contact-distributor").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "contact-distributor")
}

// TestScripts runs what a user could type. Beside the commands of testscript a
// script has those of scriptCommands.
func TestScripts(t *testing.T) {
	t.Parallel()
	params := scriptParams(t)
	params.Dir = "testdata/script"
	testscript.Run(t, params)
}

// TestScriptsOnAServer runs those that several machines can have a part in, on a database
// that they share.
func TestScriptsOnAServer(t *testing.T) {
	for _, name := range []string{"account", "every", "held", "inbox-cancel", "plan-only", "send-run", "work", "work-accounts"} {
		t.Run(name, func(t *testing.T) {
			place := pgtest.Place(t)
			t.Parallel()
			params := scriptParams(t)
			params.Files = []string{"testdata/script/" + name + ".txtar"}
			setup := params.Setup
			params.Setup = func(env *testscript.Env) error {
				env.Setenv("CONTACTS_LEDGER", place)
				return setup(env)
			}
			testscript.Run(t, params)
		})
	}
}

func scriptParams(t *testing.T) testscript.Params {
	t.Helper()
	samples, err := filepath.Abs("../../samples")
	if err != nil {
		t.Fatal(err)
	}
	return testscript.Params{
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands,
		Condition: func(name string) (bool, error) {
			if name != "long" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return whenLong(true, false), nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("LEDGER", filepath.Join(env.WorkDir, "state", ledgerName))
			env.Setenv("SAMPLES", samples)
			env.Setenv("README", filepath.Join(samples, "../README.md"))
			env.Setenv("CONTACTS_RATE", "50")
			env.Setenv("CONTACTS_LANG", "en")         // whatever the file holds
			env.Setenv("GORACE", "atexit_sleep_ms=0") // or each process takes a second longer
			env.Values[imitationKey{}] = &imitation{}
			return os.Mkdir(filepath.Join(env.WorkDir, "home"), 0o700)
		},
	}
}

var scriptCommands = map[string]func(*testscript.TestScript, bool, []string){
	"exits":         cmdExits,
	"rows":          cmdRows,
	"mode":          cmdMode,
	"write-token":   cmdWriteToken,
	"token-nowhere": cmdTokenNowhere,
	"imitation":     cmdImitation,
	"accounts":      cmdAccounts,
	"fault":         cmdFault,
	"becomes":       cmdBecomes,
	"arrived":       cmdArrived,
	"release":       cmdRelease,
	"taken":         cmdTaken,
	"nothing-twice": cmdNothingTwice,
	"queue":         cmdQueue,
	"hours":         cmdHours,
	"sql":           cmdSQL,
	"query":         cmdQuery,
	"place":         cmdPlace,
	"until":         cmdUntil,
	"change":        cmdChange,
	"proof":         cmdProof,
	"alter":         cmdAlter,
	"readme":        cmdReadme,
	"workbook":      cmdWorkbook,
	"cells":         cmdCells,
}

// exits STATUS|STATUS... ARGS... runs contact-distributor, which is to end with one of
// these. The token may not be in what it prints.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits STATUS ARGS...")
	}
	err := ts.Exec("contact-distributor", args[1:]...)
	status := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		status = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if !slices.Contains(strings.Split(args[0], "|"), strconv.Itoa(status)) {
		ts.Fatalf("ended with %d, want %s", status, args[0])
	}
	if strings.Contains(ts.ReadFile("stdout")+ts.ReadFile("stderr"), imitationToken) {
		ts.Fatalf("prints the token")
	}
}

// rows FILE STATUS=COUNT... counts the rows of a results file by their status.
// All statuses that it has must be named. Each row has an idMessage or an error.
func cmdRows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: rows FILE STATUS=COUNT...")
	}
	text := strings.TrimPrefix(ts.ReadFile(args[0]), "\ufeff")
	reader := csv.NewReader(strings.NewReader(text))
	if header, _, _ := strings.Cut(text, "\n"); strings.Contains(header, ";") {
		reader.Comma = ';'
	}
	records, err := reader.ReadAll()
	ts.Check(err)
	column := map[string]int{}
	for i, name := range records[0] {
		column[name] = i
	}
	counts := map[string]int{}
	for _, r := range records[1:] {
		counts[r[column["status"]]]++
		if r[column["idMessage"]] == "" && r[column["error"]] == "" {
			ts.Fatalf("neither idMessage nor error: %q", r)
		}
	}
	for _, arg := range args[1:] {
		status, want, _ := strings.Cut(arg, "=")
		if got := strconv.Itoa(counts[status]); got != want {
			ts.Fatalf("%s %s, want %s", got, status, want)
		}
		delete(counts, status)
	}
	if len(counts) > 0 {
		ts.Fatalf("there is also %v", counts)
	}
}

// place NAME PATTERN puts the path of the one file that fits into a variable. It is
// for folders of which no script knows the day.
func cmdPlace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: place NAME PATTERN")
	}
	paths, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(paths) != 1 {
		ts.Fatalf("%s: there are %q", args[1], paths)
	}
	ts.Setenv(args[0], paths[0])
}

// until FILE PATTERN returns when the file, which a program writes, has a line that
// fits. It waits as long as go test does.
func cmdUntil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until FILE PATTERN")
	}
	line, err := regexp.Compile(args[1])
	ts.Check(err)
	for {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if line.Match(text) {
			return
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			ts.Check(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// mode BITS FILE checks the permissions of a file.
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode BITS FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
		ts.Fatalf("%s has %s, want %s", args[1], got, args[0])
	}
}

// write-token FILE makes a file that holds the token.
func cmdWriteToken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: write-token FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(imitationToken+"\n"), 0o600))
}

// token-nowhere [FILE] looks for the token in all that is below the working
// directory, the ledger too, but for FILE.
func cmdTokenNowhere(ts *testscript.TestScript, neg bool, args []string) {
	err := filepath.WalkDir(ts.Getenv("WORK"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || len(args) == 1 && path == ts.MkAbs(args[0]) {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), imitationToken) {
			ts.Fatalf("%s holds the token", path)
		}
		return err
	})
	ts.Check(err)
}
