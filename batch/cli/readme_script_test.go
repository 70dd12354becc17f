package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// passing is what is otherwise each time: times, ids, hashes, folders.
var passing = []struct {
	is *regexp.Regexp
	as string
}{
	{regexp.MustCompile(`20\d\d-\d\d-\d\d`), "DAY"},
	{regexp.MustCompile(`\d\d:\d\d:\d\d( [+-]\d\d:\d\d)?`), "TIME"},
	{regexp.MustCompile(`about \d+ seconds`), "about SECONDS"},
	{regexp.MustCompile(`3EB0[0-9A-F]+`), "ID"},
	{regexp.MustCompile(`[0-9a-f]{64}`), "HASH"},
	{regexp.MustCompile(`(/[\w.-]+)+/`), "/"},
	{regexp.MustCompile(`on instance \d+`), "on INSTANCE"},
	{regexp.MustCompile(`\((connection closed|connection refused|no answer in time|[^()]*EOF)\)`), "(CUT)"},
	{regexp.MustCompile(`[ \t]+`), " "},
}

func lasting(text string) []string {
	for _, p := range passing {
		text = p.is.ReplaceAllString(text, p.as)
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// cmdReadme makes sure that a screen in the README, the one that has this text in it, is
// what the command before has printed: all of its lines, in their order.
func cmdReadme(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: readme TEXT")
	}
	readme, err := os.ReadFile(ts.Getenv("README"))
	ts.Check(err)
	for i, part := range strings.Split(string(readme), "\n```") {
		if i%2 == 0 || !strings.Contains(part, args[0]) {
			continue
		}
		printed := lasting(ts.ReadFile("stderr") + "\n" + ts.ReadFile("stdout"))
		for _, line := range lasting(part) {
			at := slices.Index(printed, line)
			if at < 0 {
				ts.Fatalf("the README has a line that was not printed, or not there:\n%s\nwhat was printed:\n%s", line, strings.Join(printed, "\n"))
			}
			printed = printed[at+1:]
		}
		return
	}
	ts.Fatalf("the README has no screen with %q in it", args[0])
}
