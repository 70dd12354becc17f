package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/accounts"
	"contact-distributor/csvmodel/msg"
)

// examples are what a topic of help shows, each block of indented lines that has this in it.
func examples(t *testing.T, topic, with string) (blocks []string) {
	t.Helper()
	text, errs, status := run(t, "help "+topic)
	if status != exitDone || errs != "" {
		t.Fatal(status, errs)
	}
	for _, block := range regexp.MustCompile(`(?m)(^(  .*)?\n)+`).FindAllString(text, -1) {
		if block = regexp.MustCompile(`(?m)^  `).ReplaceAllString(block, ""); strings.Contains(block, with) {
			blocks = append(blocks, block)
		}
	}
	if len(blocks) == 0 {
		t.Fatalf("help %s shows nothing with %q", topic, with)
	}
	return blocks
}

// readAccounts reads a file of accounts, beside the files of its tokens.
func readAccounts(t *testing.T, text string) []accounts.Account {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"accounts.toml": text}
	for _, line := range regexp.MustCompile(`(?m)^token-file = "(.*)"$`).FindAllStringSubmatch(text, -1) {
		files[line[1]] = imitationToken
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := accounts.Read(filepath.Join(dir, "accounts.toml"), accounts.Limits{Rate: 10, Timeout: time.Minute})
	if err != nil {
		t.Fatal(msg.Explain(msg.English, err))
	}
	return all
}

func TestHelpShowsAFileOfAccountsThatCanBeRead(t *testing.T) {
	all := readAccounts(t, examples(t, "accounts", "[[account]]")[0])
	if len(all) != 2 || all[0].PerDay != 500 || all[0].Rate != 10 || all[1].Rate != 2 || all[1].Window.String() != "10:00-18:00 Europe/Berlin" {
		t.Errorf("%+v", all)
	}
}

func TestTheFleetSampleHasAFileOfAccountsThatCanBeRead(t *testing.T) {
	if all := readAccounts(t, textOf(t, "samples/fleet/accounts.toml")); len(all) != 2 {
		t.Errorf("%+v", all)
	}
}
