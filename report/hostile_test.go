package report

import (
	"iter"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// hostile are cells that would like to be more than text.
var hostile = []string{
	`<script>document.title="ran"</script>`,
	`</td></tr></table></bdi><img src=http://report.invalid/x onerror=alert(1)>`,
	`"><svg onload=alert(1)>`,
	`' onmouseover='alert(1)`,
	`</title></style><style>*{display:none}</style>`,
	`--><!-- <![CDATA[ ]]>`,
	`{{.Style}}{{template "whom"}}`,
	`javascript:alert(1)//`,
	`&lt;script&gt;&#x3c;b&#x3e;`,
	"\u202e\u2066 gnihtemos \u202b\u200f",
	"\x00\x01\x1b[31m\r\n\t\x7f\u0085\u2028",
	"\xff\xfe\xc3\x28\xed\xa0\x80",
	strings.Repeat("W", 300),
	strings.Repeat("&<>\"'", 100),
	"Z" + strings.Repeat("\u0301\u0489", 80),
	"\U000e0041\U000e0042\ufdd0\ufeff",
}

// hostilePage has a text wherever one can come from outside.
func hostilePage(text string, rows int) Page {
	reason := msg.NewReason(msg.ServiceAway, "5", text)
	notes := []Note{{At: began, Row: 1, Reason: reason}, {At: began, Reason: msg.Reason{Code: msg.Code(text)}}}
	page := samplePage("en", rows)
	page.Full = true
	page.File.Name, page.File.SHA256 = text, text
	page.File.Results, page.File.Fixme = text, text
	page.File.Layout = csvmodel.Layout{
		Encoding: text, Delimiter: text, Region: text,
		Header: []string{text, text, text}, Columns: []string{"chatId", "", text}, Notes: []msg.Reason{reason},
	}
	page.Run.Instances, page.Run.Window = []string{text}, text
	page.Run.Machine, page.Run.User, page.Run.Version = text, text, text
	page.Outcomes, page.Starts, page.Settled, page.Resends = text, notes, notes, notes
	return page
}

func hostileRows(text string, rows int) iter.Seq2[csvmodel.Result, error] {
	fields := csvmodel.Fields{ChatID: text, PhoneContact: text, FirstName: text, MiddleName: text, LastName: text, Company: text}
	code := strings.Join(strings.Fields(text), "")
	reasons := []msg.Reason{msg.NewReason(msg.Code(code), text)}
	statuses := append(slices.Clone(csvmodel.Statuses), csvmodel.Accepted)
	return func(yield func(csvmodel.Result, error) bool) {
		for i := range rows {
			row := csvmodel.Result{Row: i + 2, Line: i + 3, Fields: fields, Status: statuses[i%len(statuses)], Reasons: reasons, Source: text}
			if row.Status == csvmodel.Accepted {
				row.AcceptedAt, row.Delivery, row.IDMessage = began.Format(time.RFC3339), csvmodel.Delivery(text), text
			}
			if i%len(statuses) == len(statuses)-1 {
				row.Delivery = "failed"
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// skeleton is the elements of a page with the names of their attributes. It fails
// the test where something in it could act.
func skeleton(t testing.TB, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var bones []string
	for node := range root.Descendants() {
		if node.Type == html.CommentNode {
			t.Error("there is a comment:", node.Data)
		}
		if node.Type != html.ElementNode {
			continue
		}
		bone := node.Data
		for _, attr := range node.Attr {
			bone += " " + attr.Key
			checkAttribute(t, attr)
		}
		bones = append(bones, bone)
	}
	return bones
}

func checkAttribute(t testing.TB, attr html.Attribute) {
	t.Helper()
	switch {
	case strings.HasPrefix(attr.Key, "on"), attr.Key == "src", attr.Key == "style", attr.Key == "srcset":
		t.Errorf("there is an attribute %s=%q", attr.Key, attr.Val)
	case attr.Key == "href":
		if address, err := url.Parse(attr.Val); err != nil || address.Scheme != "" || address.Host != "" || !strings.HasPrefix(attr.Val, "./") {
			t.Errorf("there is a link to %q", attr.Val)
		}
	}
}

// withoutCode drops what is there only beside a word that is none of ours.
func withoutCode(bones []string) []string {
	return slices.DeleteFunc(bones, func(bone string) bool { return bone == "code" })
}

func TestCellsStayCells(t *testing.T) {
	plain := withoutCode(skeleton(t, htmlOf(t, hostilePage("x", 40), hostileRows("x", 40))))
	for _, text := range hostile {
		page := htmlOf(t, hostilePage(text, 40), hostileRows(text, 40))
		if got := withoutCode(skeleton(t, page)); !slices.Equal(got, plain) {
			t.Errorf("%q: changes the page: %d elements, not %d", text, len(got), len(plain))
		}
		if i := strings.IndexFunc(page, acts); i >= 0 {
			t.Errorf("%q: leaves %+q in the page", text, page[i:i+4])
		}
		if strings.Contains(page, "ZgotmplZ") {
			t.Errorf("%q: was refused by the template", text)
		}
	}
}

// acts reports whether a character does something to those around it.
func acts(r rune) bool {
	return r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f'
}

func FuzzCellsStayCells(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	plain := withoutCode(skeleton(f, htmlOf(f, hostilePage("x", 10), hostileRows("x", 10))))
	f.Fuzz(func(t *testing.T, text string) {
		text = "x" + text
		if _, known := msg.Lookup(msg.English, "report.code."+text, nil); known {
			t.Skip("a code that has a name")
		}
		page := htmlOf(t, hostilePage(text, 10), hostileRows(text, 10))
		if got := withoutCode(skeleton(t, page)); !slices.Equal(got, plain) {
			t.Errorf("%q: changes the page", text)
		}
		if strings.ContainsFunc(page, acts) {
			t.Errorf("%q: leaves what acts in the page", text)
		}
	})
}

func TestAHundredThousandRowsAreASmallPage(t *testing.T) {
	const rows, most = 100_000, 500_000
	long := strings.Repeat(`"<Ж`, 600)
	for name, c := range map[string]struct {
		page Page
		rows iter.Seq2[csvmodel.Result, error]
	}{
		"ordinary":       {samplePage("ru", rows), sampleRows(rows)},
		"with all wrong": {hostilePage(long, rows), hostileRows(long, rows)},
	} {
		before, used := heap(), int64(0)
		text := htmlOf(t, c.page, func(yield func(csvmodel.Result, error) bool) {
			for row, err := range c.rows {
				if !yield(row, err) {
					return
				}
			}
			used = heap() - before
		})
		if len(text) > most {
			t.Errorf("%s: the page has %d bytes", name, len(text))
		}
		if used > 10<<20 {
			t.Errorf("%s: %d bytes are in memory", name, used)
		}
		t.Logf("%s: %d bytes, %d in memory", name, len(text), used)
	}
}

func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func BenchmarkHTML(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		published(b)(HTML(Place{Stem: filepath.Join(dir, "c"), Suffix: ".report.html", Mode: 0o600}, samplePage("ru", 100_000), sampleRows(100_000)))
	}
}
