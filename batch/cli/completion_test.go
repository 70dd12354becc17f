package cli

import (
	"bytes"
	"fmt"
	"os/exec"
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
	for _, c := range []struct {
		name, line, want string
		how              cobra.ShellCompDirective
	}{
		{"verbs", "sen", "send", cobra.ShellCompDirectiveNoFileComp},
		{"flags", "send --encod", "--encoding", cobra.ShellCompDirectiveNoFileComp},
		{"files for a verb that takes one", "send ", "", cobra.ShellCompDirectiveDefault},
		{"the shells", "completion ", "bash fish powershell zsh", cobra.ShellCompDirectiveNoFileComp},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, _, status := run(t, cobra.ShellCompNoDescRequestCmd+" "+c.line)
			want := strings.TrimPrefix(strings.ReplaceAll(c.want, " ", "\n")+fmt.Sprintf("\n:%d\n", c.how), "\n")
			if status != exitDone || out != want {
				t.Errorf("%d, %q, want %q", status, out, want)
			}
		})
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

func TestCompletionWithTooManyWordsIsWrongUse(t *testing.T) {
	for _, line := range []string{"completion bash too", "completion bash --nosuch"} {
		if out, _, status := run(t, line); status != exitUsage || out != "" {
			t.Errorf("%s: %d, %q", line, status, out)
		}
	}
}
