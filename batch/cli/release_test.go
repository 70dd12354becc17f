package cli

import (
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
)

// setting is a line of the file that says how releases are made: blanks, perhaps a
// dash, a name and what it is set to.
type setting struct{ name, value string }

func releaseSettings(t *testing.T) (settings []setting) {
	t.Helper()
	line := regexp.MustCompile(`^ *(?:- )?([a-z_]+):(?: (.+))?$`)
	for text := range strings.Lines(textOf(t, ".goreleaser.yaml")) {
		text = strings.TrimSuffix(text, "\n")
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		found := line.FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("what is %q?", text)
		}
		settings = append(settings, setting{found[1], found[2]})
	}
	return settings
}

func TestAReleaseHasFilesThatAreThere(t *testing.T) {
	files := map[string]bool{"main": true, "src": true, "postinstall": true, "preremove": true}
	n := 0
	for _, s := range releaseSettings(t) {
		if !files[s.name] {
			continue
		}
		n++
		if s.value == "NOTICES" { // made by the hook
			continue
		}
		path, _, _ := strings.Cut(s.value, "*")
		if _, err := os.Stat(filepath.Join("..", "..", path)); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
	if n < 10 {
		t.Errorf("only %d files are named", n)
	}
}

func TestAReleaseIsOfStaticPrograms(t *testing.T) {
	all := map[setting]bool{}
	for _, s := range releaseSettings(t) {
		all[s] = true
	}
	for _, want := range []setting{
		{"version", "2"},
		{"env", "[CGO_ENABLED=0]"},
		{"goos", "[linux, darwin]"},
		{"goarch", "[amd64, arm64]"},
		{"flags", "[-trimpath]"},
		{"dst", "/usr/lib/systemd/system/contact-distributor.service"},
		{"dst", "/usr/lib/systemd/system/contact-distributor.timer"},
		{"dst", "/etc/contact-distributor/env"},
		{"type", "config|noreplace"},
		{"hooks", "[sh .ci/notices NOTICES]"},
		{"src", "NOTICES"},
		{"dst", "/usr/share/doc/contact-distributor/NOTICES"},
	} {
		if !all[want] {
			t.Errorf("no %s is %s", want.name, want.value)
		}
	}
}

// TestThePackagesNotices holds them against what the built program says that it has in it.
func TestThePackagesNotices(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "NOTICES")
	if out, err := exec.Command("/bin/sh", filepath.Join("..", "..", ".ci/notices"), path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(buildProgram(t))
	if err != nil || len(info.Deps) < 20 {
		t.Fatalf("%v, %d modules", err, len(info.Deps))
	}
	_, rest, _ := strings.Cut(string(text), "\nGo "+info.GoVersion+"\n")
	info.Deps = append(info.Deps, &debug.Module{Path: "github.com/nyaruka/phonenumbers"}) // of which there is a table
	for _, module := range info.Deps {
		_, licence, found := strings.Cut(rest, "\n"+module.Path+" "+module.Version)
		licence, _, _ = strings.Cut(licence, "\n-----")
		if !found || len(licence) < 500 {
			t.Errorf("%s: %q", module.Path, licence)
		}
	}
}

func TestThePackagesScripts(t *testing.T) {
	for _, name := range []string{"postinst", "prerm"} {
		script := textOf(t, "samples/deb/"+name)
		if out, err := exec.Command("/bin/sh", "-n", filepath.Join("..", "..", "samples/deb", name)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if !strings.HasPrefix(script, "#!/bin/sh\n") || !strings.Contains(script, "\nset -e\n") {
			t.Errorf("%s goes on after what fails", name)
		}
	}
	if !strings.Contains(textOf(t, "samples/deb/postinst"), "-o contact-distributor -g contact-distributor /var/lib/contact-distributor\n") {
		t.Error("there is no place for the ledger")
	}
}
