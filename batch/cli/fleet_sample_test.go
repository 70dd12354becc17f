//go:build unix

package cli

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"contact-distributor/batch/ledger/pgtest"
)

// composition is what the sample for containers says.
type composition struct {
	Services map[string]struct {
		Hostname    string
		Entrypoint  []string
		Command     []string
		Environment map[string]string
		Volumes     []string
	}
}

func readComposition(t *testing.T) (c composition) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(textOf(t, "samples/fleet/compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// ours are the services that run the program, in the order of their start.
func (c composition) ours(t *testing.T) []string {
	t.Helper()
	order := []string{"upgrade", "folder", "work-1", "work-2"}
	for name, service := range c.Services {
		if isOurs := slices.Equal(service.Entrypoint, []string{"/usr/bin/contact-distributor"}); isOurs != slices.Contains(order, name) {
			t.Errorf("%s: %q", name, service.Entrypoint)
		}
	}
	return order
}

func TestTheFleetSampleHasFlagsAndVariablesThatAreKnown(t *testing.T) {
	c := readComposition(t)
	for _, name := range c.ours(t) {
		service := c.Services[name]
		verb, rest, err := newRoot(Streams{}).Find(service.Command)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := verb.ParseFlags(rest); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if err := verb.ValidateArgs(verb.Flags().Args()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		known := map[string]bool{"PGPASSFILE": true, "XDG_STATE_HOME": true}
		verb.Flags().VisitAll(func(f *pflag.Flag) { known[variable(f)] = true })
		for variable := range service.Environment {
			if !known[variable] {
				t.Errorf("%s: nothing reads %s", name, variable)
			}
		}
		if name != "upgrade" && service.Hostname != name {
			t.Errorf("%s: its host name is %q", name, service.Hostname)
		}
	}
}

func TestTheFleetSampleHasTheStatementsOfTheHelp(t *testing.T) {
	for name, with := range map[string]string{"roles.sql": "CREATE ROLE", "grants.sql": "REVOKE UPDATE"} {
		_, statements, _ := strings.Cut(textOf(t, "samples/fleet/"+name), "\n")
		if want := strings.TrimSpace(examples(t, "fleet", with)[0]); strings.TrimSpace(statements) != want {
			t.Errorf("%s is not what contact-distributor help fleet shows:\n%s", name, want)
		}
	}
	password := strings.TrimSpace(textOf(t, "samples/fleet/pgpass"))
	role, _, _ := strings.Cut(strings.TrimPrefix(password, "db:5432:contacts:"), ":")
	if !strings.Contains(textOf(t, "samples/fleet/roles.sql"), "CREATE ROLE "+role+" LOGIN PASSWORD '"+password[strings.LastIndexByte(password, ':')+1:]+"';") {
		t.Errorf("no role has the password of %s", password)
	}
}

// TestTheFleetSample does without containers what the sample tells them to do, each once.
func TestTheFleetSample(t *testing.T) {
	onBoth(t, func(f *fleet) {
		c, grant := readComposition(f.t), func() {}
		if f.ledger != "" {
			grant = f.useRoles()
		}
		var folder *fleetFile
		for _, name := range append(c.ours(f.t), "folder") {
			m := f.sampleMachine(name)
			if folder == nil && name == "folder" {
				folder = f.file(f.anyMachine("srv"), "contacts/cards.csv", 447400123101, from(0, 8)...)
			}
			command := slices.Clone(c.Services[name].Command)
			if i := slices.Index(command, "--every"); i > 0 {
				command = slices.Delete(command, i, i+2)
			}
			for i, word := range command {
				command[i] = strings.Replace(word, "/srv/", f.dir+"/srv/", 1)
			}
			for variable, value := range c.Services[name].Environment {
				if variable != "CONTACTS_LEDGER" && variable != "XDG_STATE_HOME" {
					m.env = append(m.env, variable+"="+strings.Replace(value, "/etc/contact-distributor", m.dir, 1))
				}
			}
			if status := m.run(command...); status != exitDone && (name != "folder" || status != exitLater) {
				f.t.Errorf("%s: ended with %d", name, status)
			}
			if name == "upgrade" {
				grant()
			}
		}
		f.check()
	})
}

// sampleMachine adds a machine that has what the sample puts beside the program.
func (f *fleet) sampleMachine(name string) *machine {
	f.t.Helper()
	m := f.anyMachine(name + "-" + strconv.Itoa(len(f.machines)))
	m.env = append(m.env, "CONTACTS_SETTLED=0s")
	text := strings.ReplaceAll(textOf(f.t, "samples/fleet/accounts.toml"), "https://0000.api.greenapi.com", "http://"+m.api.address())
	files := map[string]string{"accounts.toml": regexp.MustCompile("(?m)^(window|timezone) .*$").ReplaceAllString(text, ""), "pgpass": ""}
	for _, named := range regexp.MustCompile(`(id-instance|token-file) = "(.*)"`).FindAllStringSubmatch(text, -1) {
		if named[1] == "token-file" {
			files[named[2]] = imitationToken
		} else {
			f.service.open(named[2])
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(m.dir, name), []byte(content), 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
	return m
}

// useRoles makes roles and a database of theirs by the statements of the help. The owner has
// it until grant is called, and then the job.
func (f *fleet) useRoles() (grant func()) {
	f.t.Helper()
	server, err := url.Parse(f.ledger)
	if err != nil {
		f.t.Fatal(err)
	}
	name := strings.TrimPrefix(server.Path, "/") + "_fleet"
	renamed := strings.NewReplacer("contacts_owner", name+"_owner", "contacts_job", name+"_job", "DATABASE contacts", "DATABASE "+name)
	do := func(place, statements string) {
		for statement := range strings.SplitSeq(strings.TrimSpace(renamed.Replace(statements)), "\n") {
			query(f.t, place, statement)
		}
	}
	do(server.String(), examples(f.t, "fleet", "CREATE ROLE")[0])
	f.t.Cleanup(func() {
		do(os.Getenv(pgtest.Variable), "DROP DATABASE contacts WITH (FORCE)\nDROP ROLE contacts_owner\nDROP ROLE contacts_job")
	})
	database := server.JoinPath("..", name)
	as := func(role string) string {
		database.User = url.User(name + role)
		return database.String()
	}
	f.ledger = as("_owner")
	return func() {
		do(as("_owner"), examples(f.t, "fleet", "GRANT USAGE ON SCHEMA")[0])
		if may := query(f.t, as("_job"), "SELECT string_agg(p, ' ') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p WHERE has_table_privilege('notes', p)"); may != "SELECT INSERT" {
			f.t.Errorf("the job may %s notes", may)
		}
		f.ledger = as("_job")
	}
}

// TestFleetALedgerMovesToAServer has a folder go on from where a killed run left it, with its
// ledger on a server.
func TestFleetALedgerMovesToAServer(t *testing.T) {
	t.Parallel()
	place := pgtest.Place(t)
	f := newFleet(t, "")
	m := f.machine("a", instanceOf(1))
	m.env = append(m.env, "CONTACTS_SETTLED=0s")
	f.file(m, "in/cards.csv", 447400123101, from(0, 30)...)
	again := f.file(m, "again.csv", 447400123101, from(0, 5)...)
	f.atRequest(12, func(*passage) { m.kill() })
	m.start("inbox", filepath.Join(m.dir, "in")).wantStatus(-1)
	ledger := m.place()
	m.start("ledger", "import", ledger, "--ledger", place).wantStatus(exitDone)
	m.start("inbox", filepath.Join(m.dir, "in")).wantStatus(exitUsage)
	m.env = append(m.env, "CONTACTS_LEDGER="+place)
	f.untilDone(func() bool { return m.run("inbox", filepath.Join(m.dir, "in")) == exitDone })
	m.sendUntilDone(again)
	m.start("report", "1", "--verify").wantStatus(exitDone)
	m.start("ledger", "import", ledger, "--ledger", place).wantStatus(exitDone)
	f.check()
}
