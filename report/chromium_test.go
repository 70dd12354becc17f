package report

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
)

// phone is how wide the narrowest window is, in pixels.
const phone = 360

// measured is what a browser makes of a page.
type measured struct {
	Width  int
	Scroll int // parts of it that are wider than their place
	Title  string
	Bones  []string
}

// frames shows pages in windows of a phone's width, and then says what the
// browser made of them. It asks for something itself, so that it is seen that
// requests are seen.
const frames = `<!DOCTYPE html><meta charset="utf-8"><img src="http://report.invalid/canary">
<script>addEventListener("load", () => document.body.textContent = JSON.stringify(
	[...document.querySelectorAll("iframe")].map(({contentDocument: page}) => ({
		Width: page.documentElement.scrollWidth,
		Scroll: [...page.querySelectorAll("header, footer, section, .tile, .alerts li")].filter(e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight).length,
		Title: page.title,
		Bones: [...page.querySelectorAll("*")].map(e => [e.localName, ...[...e.attributes].map(a => a.name)].join(" ")),
	}))))</script>`

// TestThePageInABrowser runs only where CONTACTS_TEST_CHROMIUM names one.
func TestThePageInABrowser(t *testing.T) {
	browser := os.Getenv("CONTACTS_TEST_CHROMIUM")
	if browser == "" {
		t.Skip("CONTACTS_TEST_CHROMIUM names no browser")
	}
	pages := []string{htmlOf(t, samplePage("en", 400), sampleRows(400)), htmlOf(t, samplePage("ru", 400), sampleRows(400))}
	for _, text := range hostile {
		pages = append(pages, htmlOf(t, hostilePage(text, 40), hostileRows(text, 40)))
	}
	got, asked := load(t, browser, pages)
	if len(got) != len(pages) {
		t.Fatalf("of %d pages the browser shows %d", len(pages), len(got))
	}
	for i, page := range pages {
		if want := skeleton(t, page); !slices.Equal(got[i].Bones, want) {
			t.Errorf("page %d: the browser has %d elements, and %d were written", i, len(got[i].Bones), len(want))
		}
		if got[i].Width > phone {
			t.Errorf("page %d: is %d pixels wide on a phone of %d", i, got[i].Width, phone)
		}
		if ordinary := i < 2; ordinary && got[i].Scroll > 0 {
			t.Errorf("page %d: %d parts of it are to be scrolled", i, got[i].Scroll)
		}
		if got[i].Title == "ran" {
			t.Errorf("page %d: ran a script", i)
		}
	}
	if !slices.Equal(asked, []string{"/canary"}) {
		t.Errorf("the pages ask for %q", asked)
	}
}

// load returns what a browser makes of the pages, and what they want of
// report.invalid.
func load(t *testing.T, browser string, pages []string) ([]measured, []string) {
	t.Helper()
	proxy, asked := newProxy(t)
	wrapper := frames
	for _, page := range pages {
		wrapper += `<iframe width="` + strconv.Itoa(phone) + `" frameborder="0" srcdoc="` + html.EscapeString(page) + `"></iframe>`
	}
	path := filepath.Join(t.TempDir(), "frames.html")
	if err := os.WriteFile(path, []byte(wrapper), 0o600); err != nil {
		t.Fatal(err)
	}
	dom, err := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--no-first-run", "--disable-background-networking", "--user-data-dir="+t.TempDir(),
		"--proxy-server="+proxy, "--proxy-bypass-list=<-loopback>", "--dump-dom", "file://"+path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []measured
	if err := json.Unmarshal([]byte(textOf(t, string(dom))), &got); err != nil {
		t.Fatalf("%v in %.200q", err, dom)
	}
	return got, asked()
}

// newProxy refuses everything, and remembers what was wanted of report.invalid;
// browsers have errands of their own.
func newProxy(t *testing.T) (address string, asked func() []string) {
	var mu sync.Mutex
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if strings.HasPrefix(r.Host, "report.invalid") {
			paths = append(paths, r.URL.Path)
		}
		http.Error(w, "nothing goes out", http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return paths
	}
}
