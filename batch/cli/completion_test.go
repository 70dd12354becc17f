package cli

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// run is what the words of a line come to, in this process.
func run(t *testing.T, line string) (out, errs string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = Main(t.Context(), strings.Split(line, " "), Streams{Out: &stdout, Err: &stderr})
	return stdout.String(), stderr.String(), status
}

func TestWhatAShellIsOffered(t *testing.T) {
	const (
		noFiles = cobra.ShellCompDirectiveNoFileComp
		endings = cobra.ShellCompDirectiveFilterFileExt
		dirs    = cobra.ShellCompDirectiveFilterDirs
		files   = cobra.ShellCompDirectiveDefault
	)
	tables := "csv txt tsv CSV TXT TSV"
	for _, c := range []struct {
		name, line, want string
		how              cobra.ShellCompDirective
	}{
		{"the encodings that can be read", "send --encoding ", "utf-8 utf-16le utf-16be windows-1251 windows-1252 koi8-r cp866", noFiles},
		{"what separates cells", "validate --delimiter ", "comma semicolon tab bar", noFiles},
		{"when to show progress", "inbox --progress ", "auto always never", noFiles},
		{"the form of the log", "track --log-format ", "text json", noFiles},
		{"the same behind an equals sign", "send --log-format=", "text json", noFiles},
		{"tables for a file to send", "send ", tables, endings},
		{"but one only", "send a.csv ", "", noFiles},
		{"any number of tables to check", "validate a.csv ", tables, endings},
		{"a table whose results are wanted again", "report ", tables, endings},
		{"a folder that files are dropped into", "inbox ", "", dirs},
		{"a folder for results", "send --out ", "", dirs},
		{"vCards for a card", "inbox --card ", "vcf VCF", endings},
		{"any file for those that must not be written to", "send --suppress ", "", files},
		{"any file for the ledger", "status --ledger ", "", files},
		{"no file for a number", "send --rate ", "", noFiles},
		{"no file for an instance", "resume ", "", noFiles},
		{"nothing for a verb without arguments", "sandbox ", "", noFiles},
		{"the shells", "completion ", "bash fish powershell zsh", noFiles},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, _, status := run(t, cobra.ShellCompNoDescRequestCmd+" "+c.line)
			want := strings.ReplaceAll(c.want, " ", "\n") + fmt.Sprintf("\n:%d\n", c.how)
			if status != exitDone || out != strings.TrimPrefix(want, "\n") {
				t.Errorf("%d, %q, want %q", status, out, want)
			}
		})
	}
}

// TestEveryWordOfferedIsTaken sees in what is found fault with how far a line came:
// the flags are looked at before the file.
func TestEveryWordOfferedIsTaken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "none.csv")
	for flag, words := range fixedValues {
		for _, word := range append(words, "nonsense") {
			_, errs, status := run(t, "send "+file+" --"+flag+" "+word)
			if faulty := strings.Contains(errs, "--"+flag); status != exitUsage || faulty != (word == "nonsense") {
				t.Errorf("--%s %s: %d, %s", flag, word, status, errs)
			}
		}
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		t.Run(shell, func(t *testing.T) {
			script, _, status := run(t, "completion "+shell)
			if status != exitDone || !strings.Contains(script, cobra.ShellCompRequestCmd) {
				t.Fatalf("%d, %d bytes", status, len(script))
			}
			check, err := exec.LookPath(shell)
			if err != nil || shell == "powershell" {
				return
			}
			cmd := exec.Command(check, "-n") // reads, and does nothing
			cmd.Stdin = strings.NewReader(script)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func TestCompletionWithoutAShellIsWrongUse(t *testing.T) {
	for _, line := range []string{"completion", "completion tcsh", "completion bash too", "completion bash --nosuch"} {
		if out, _, status := run(t, line); status != exitUsage || out != "" {
			t.Errorf("%s: %d, %q", line, status, out)
		}
	}
	for _, line := range []string{"completion --help", "completion zsh --help"} {
		if out, _, status := run(t, line); status != exitDone || !strings.Contains(out, "Exit status:") {
			t.Errorf("%s: %d, %q", line, status, out)
		}
	}
}
