package cli

import (
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// inspection holds what is in the folder at the end against what people did with
// it and what the service has taken.
type inspection struct {
	*testing.T
	dir    string
	files  []*droppedFile
	taken  map[string]string   // card to idMessage
	places map[string][]string // text to paths
}

func newInspection(t *testing.T, c *cronJob, p *people) *inspection {
	i := &inspection{T: t, dir: c.inbox(), files: p.files, taken: map[string]string{}, places: map[string][]string{}}
	for _, m := range c.account.Messages() {
		card := cardOf(m.Contact.PhoneContact, m.ChatID)
		if i.taken[card] != "" {
			t.Errorf("taken twice: %s", card)
		}
		i.taken[card] = m.IDMessage
	}
	for _, path := range append(tree(t, c.inbox()), tree(t, c.away())...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		i.places[string(text)] = append(i.places[string(text)], path)
	}
	return i
}

// cardOf names a card and who gets it.
func cardOf(phone int64, chat string) string { return strconv.FormatInt(phone, 10) + " " + chat }

// tree is all files below a folder.
func tree(t *testing.T, dir string) (paths []string) {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func (i *inspection) all() {
	wanted := map[string]int{}
	for _, f := range i.files {
		wanted[f.text] += f.copies
	}
	for text, copies := range wanted {
		if got := i.places[text]; len(got) != copies {
			i.Errorf("dropped %d times, is in %d places %q: %.60q", copies, len(got), got, text)
		}
	}
	for _, f := range i.files {
		i.file(f)
	}
	for _, path := range tree(i.T, i.dir) {
		i.belongs(path)
	}
}

// file checks that a file was refused or not as it should be, and that of one that
// is done each good row has gone and each row is in the results.
func (i *inspection) file(f *droppedFile) {
	done, refused := i.in("done", f.text), i.in("refused", f.text)
	if f.rows > 0 && len(refused) > 0 || f.rows == 0 && len(done) > 0 {
		i.Errorf("done: %q, refused: %q", done, refused)
	}
	for _, chat := range f.chats {
		if len(done) > 0 && i.taken[cardOf(f.phone, chat)] == "" {
			i.Errorf("%s has not gone, of %q", cardOf(f.phone, chat), done)
		}
	}
	for _, path := range done {
		results := strings.TrimSuffix(path, filepath.Ext(path)) + ".results.csv"
		if rows := i.results(results); len(rows) != f.rows {
			i.Errorf("%s has %d rows, want %d", results, len(rows), f.rows)
		}
	}
}

// in are the places of a text below one of the folder's own folders.
func (i *inspection) in(folder, text string) (paths []string) {
	for _, path := range i.places[text] {
		if strings.HasPrefix(path, filepath.Join(i.dir, folder)+"/") {
			paths = append(paths, path)
		}
	}
	return paths
}

// belongs checks that a file is where such a file belongs.
func (i *inspection) belongs(path string) {
	name, _ := filepath.Rel(i.dir, path)
	switch parts := strings.Split(name, "/"); {
	case parts[0] == "working" && !strings.HasPrefix(parts[1], "."), len(parts) < 4 && parts[0] != "working":
		i.Errorf("left behind: %q", name)
	case strings.HasSuffix(name, ".results.csv"):
		i.account(path)
	case parts[0] == "refused" && !exists(filepath.Join(filepath.Dir(path), "WHY.txt")):
		i.Errorf("nothing says why: %q", name)
	}
}

// account checks that a results file, of a cancelled file too, accounts for each
// row as the service does.
func (i *inspection) account(path string) {
	rows := i.results(path)
	for _, row := range rows {
		phone, _ := strconv.ParseInt(row["phoneContact"], 10, 64)
		id := i.taken[cardOf(phone, row["chatId"])]
		if row["status"] == "accepted" && row["idMessage"] != id || row["status"] == "unsent" && id != "" && i.once(phone) {
			i.Errorf("%s: row %s is %s with idMessage %q, the service has %q", path, row["row"], row["status"], row["idMessage"], id)
		}
	}
	if len(rows) == 0 {
		return
	}
	phone, _ := strconv.ParseInt(rows[0]["phoneContact"], 10, 64)
	if f := i.files[phone%1000]; len(rows) != f.rows {
		i.Errorf("%s has %d rows, want %d", path, len(rows), f.rows)
	}
}

// once reports whether the file of this number was dropped only once.
func (i *inspection) once(phone int64) bool { return i.files[phone%1000].copies == 1 }

// results are the rows of a results file by their column names.
func (i *inspection) results(path string) (rows []map[string]string) {
	text, err := os.ReadFile(path)
	if err != nil {
		i.Error(err)
		return nil
	}
	decoded, _, _ := transform.String(unicode.BOMOverride(transform.Nop), string(text))
	reader := csv.NewReader(strings.NewReader(decoded))
	if strings.Contains(decoded, ";chatId;") {
		reader.Comma = ';'
	}
	records, err := reader.ReadAll()
	if err != nil || len(records) == 0 {
		i.Errorf("%s: %v", path, err)
		return nil
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for n, name := range records[0] {
			row[name] = record[n]
		}
		rows = append(rows, row)
	}
	return rows
}
