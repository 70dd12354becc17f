package cli

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"contact-distributor/batch/sandbox"
)

// textOf is a file of the top folder.
func textOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// crontab is what the sample tells cron: variables, and the command of its one line.
func crontab(t *testing.T) (variables []string, command string) {
	t.Helper()
	variable := regexp.MustCompile(`^[A-Z]+=`)
	for line := range strings.Lines(textOf(t, "samples/crontab")) {
		line = strings.TrimSuffix(line, "\n")
		switch fields := regexp.MustCompile(` +`).Split(line, 6); {
		case line == "" || strings.HasPrefix(line, "#"):
		case variable.MatchString(line):
			variables = append(variables, line)
		case command == "" && len(fields) == 6:
			command = fields[5]
		default:
			t.Fatalf("what is %q?", line)
		}
	}
	if strings.Contains(command, "%") {
		t.Error("cron ends a command at a %")
	}
	return variables, command
}

// installed is the program as it is installed by the samples, but all below dir.
type installed struct {
	dir, command string
	variables    []string
	account      *sandbox.Instance
}

func install(t *testing.T) *installed {
	t.Helper()
	i := &installed{dir: t.TempDir()}
	service := sandbox.New(sandbox.Options{})
	i.account = service.AddInstance(imitationInstance, imitationToken)
	server := httptest.NewServer(service)
	t.Cleanup(func() { service.Close(); server.Close() })
	moved := strings.NewReplacer("/etc/", i.dir+"/etc/", "/srv/", i.dir+"/srv/", "/var/", i.dir+"/var/",
		"/usr/local/bin", filepath.Dir(buildProgram(t)))
	i.variables, i.command = crontab(t)
	i.command = moved.Replace(i.command)
	for n, variable := range i.variables {
		i.variables[n] = moved.Replace(variable)
	}
	env := moved.Replace(textOf(t, "samples/env")) + "GREENAPI_API_URL=" + server.URL +
		"\nGREENAPI_ID_INSTANCE=" + imitationInstance + "\nCONTACTS_WINDOW=\nCONTACTS_TIMEZONE=\n"
	i.write(t, "etc/contact-distributor/env", env)
	i.write(t, "etc/contact-distributor/token", imitationToken+"\n")
	i.write(t, "srv/contacts/c.csv", "chatId,phoneContact,company\n12025550101,12025550191,Example\n")
	return i
}

// write makes a file that has stood still for an hour.
func (i *installed) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(i.dir, name)
	past := time.Now().Add(-time.Hour)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600), os.Chtimes(path, past, past)); err != nil {
		t.Fatal(err)
	}
}

// run does as cron does: /bin/sh, an environment of a few variables, and the home
// of a user for working directory, which here has none.
func (i *installed) run(t *testing.T) (said string) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", i.command)
	cmd.Dir, cmd.Env = "/", i.variables
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

func TestTheCrontabsLine(t *testing.T) {
	t.Parallel()
	i := install(t)
	said := i.run(t)
	done, err := filepath.Glob(filepath.Join(i.dir, "srv/contacts/done/*/c/c.results.csv"))
	if err != nil || len(done) != 1 || !strings.Contains(said, "c.csv: done\n") || !strings.Contains(said, done[0]) {
		t.Errorf("%v, %v, and it said:\n%s", done, err, said)
	}
	if _, err := os.Stat(filepath.Join(i.dir, "var/lib/contact-distributor/ledger.db")); err != nil {
		t.Error(err)
	}
	if said := i.run(t); said != "" {
		t.Errorf("with nothing to do, cron has something to mail:\n%s", said)
	}
	if taken := i.account.Messages(); len(taken) != 1 {
		t.Errorf("%d cards were taken", len(taken))
	}
}

// TestTheSampleOfVariables reads the lines that a person would put to use, too.
func TestTheSampleOfVariables(t *testing.T) {
	known := map[string]bool{}
	newInbox(Streams{}).Flags().VisitAll(func(f *pflag.Flag) { known[variable(f)] = true })
	setting := regexp.MustCompile(`(?m)^#?([A-Z_]+)=(.*)$`)
	found := setting.FindAllStringSubmatch(textOf(t, "samples/env"), -1)
	if len(found) < 7 {
		t.Errorf("only %d", len(found))
	}
	for _, f := range found {
		if name, value := f[1], f[2]; !known[name] || !regexp.MustCompile(`^[\w./:-]+$`).MatchString(value) {
			t.Errorf("%s=%s is not known, or cannot be read by all of cron, systemd and a shell", name, value)
		}
	}
}

// TestTheUnits needs systemd, and says so to whoever has set the variable.
func TestTheUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if os.Getenv("CONTACTS_TEST_SYSTEMD") == "" {
		t.Skip("CONTACTS_TEST_SYSTEMD is not set")
	} else if err != nil {
		t.Fatal(err)
	}
	dir, program := t.TempDir(), buildProgram(t)
	service, timer := filepath.Join(dir, "contact-distributor.service"), filepath.Join(dir, "contact-distributor.timer")
	for _, path := range []string{service, timer} {
		text := strings.Replace(textOf(t, "samples/systemd/"+filepath.Base(path)), "/usr/bin/contact-distributor", program, 1)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"verify", service, timer}, {"security", "--offline=true", "--threshold=16", service}} {
		out, err := exec.Command(analyze, args...).CombinedOutput()
		if err != nil || args[0] == "verify" && len(out) > 0 {
			t.Errorf("%s: %v\n%s", args[0], err, out)
		}
	}
}

// TestTheSamplesAgree holds what stands in several of them together.
func TestTheSamplesAgree(t *testing.T) {
	service, env := textOf(t, "samples/systemd/contact-distributor.service"), textOf(t, "samples/env")
	_, command := crontab(t)
	for _, c := range []struct{ name, in, text string }{
		{"rows that need a person and a run that goes on are no failure", service, "SuccessExitStatus=3 4\n"},
		{"both read one file of variables", service, "EnvironmentFile=/etc/contact-distributor/env\n"},
		{"the crontab's too", command, "/etc/contact-distributor/env"},
		{"the folder may be written", service, "ReadWritePaths=-/srv/contacts\n"},
		{"it is the crontab's", command, "inbox /srv/contacts"},
		{"a run that stands still is ended", service, "\nTimeoutStartSec=13h\n"},
		{"after its own end", service, "\nEnvironment=CONTACTS_MAX_TIME=12h\nTimeoutStartSec=13h\nEnvironmentFile="},
		{"it cannot take all memory", service, "\nMemoryMax=512M\n"},
		{"nor leave the token in a core dump", service, "\nLimitCORE=0\n"},
		{"it does nothing that needs privileges", service, " @privileged "},
		{"the ledger is in the place that the unit makes", service, "StateDirectory=contact-distributor\n"},
		{"and no other", env, "CONTACTS_LEDGER=/var/lib/contact-distributor/ledger.db\n"},
	} {
		if !strings.Contains(c.in, c.text) {
			t.Errorf("%s: there is no %q", c.name, c.text)
		}
	}
}
