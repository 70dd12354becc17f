package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// people drop files into a folder, a piece at a time, rename them, take them out
// again, before and after they were claimed, and drop them twice.
type people struct {
	t         *testing.T
	dir, away string
	random    *rand.Rand
	files     []*droppedFile
	copying   []*copying
	names     int
	acts      int
}

// copying is a file that is still being written.
type copying struct {
	file *os.File
	rest string
	idle int // acts until it goes on
}

func newPeople(t *testing.T, seed uint64, dir, away string) *people {
	return &people{t: t, dir: dir, away: away, random: rand.New(rand.NewPCG(seed, 2))}
}

func (p *people) must(err error) {
	if err != nil {
		p.t.Fatal(err)
	}
}

// act does one thing. When they are no more busy people only end what they have
// begun.
func (p *people) act(busy bool) {
	p.acts++
	p.goOn(busy)
	if !busy {
		return
	}
	switch n := p.random.IntN(20); {
	case n < 4:
		p.drop(p.newFile())
	case n < 6:
		p.dropSlowly(p.newFile())
	case n == 6:
		p.dropWithCard()
	case n == 7 && len(p.files) > 0:
		p.dropAgain(p.files[p.random.IntN(len(p.files))])
	case n < 10:
		p.rename()
	case n == 10:
		p.take(p.dir)
	case n < 12:
		p.take(filepath.Join(p.dir, "working"))
	}
}

// nameForms are what people call files.
var nameForms = []string{"contacts-%d.csv", "Clients of %d.csv", "КЛИЕНТЫ %d.CSV", "клиенты %d.csv", "it's \"new\" %d.csv", "a.b.%d.txt", "-%d.tsv", "%d .csv", "$(x) %d %%s.csv"}

// name is one that was not used before, though perhaps in another case.
func (p *people) name() string {
	p.names++
	return fmt.Sprintf(nameForms[p.random.IntN(len(nameForms))], p.names/2)
}

func (p *people) newFile() *droppedFile {
	f := newDroppedFile(p.random, len(p.files))
	p.files = append(p.files, f)
	return f
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// place is a free one in the folder.
func (p *people) place(f *droppedFile) string {
	for {
		path := filepath.Join(p.dir, p.name())
		if f.ending != "" {
			path = strings.TrimSuffix(path, filepath.Ext(path)) + f.ending
		}
		if !exists(path) {
			return path
		}
	}
}

// drop puts a whole file there, last written long ago.
func (p *people) drop(f *droppedFile) {
	part := filepath.Join(p.dir, "being copied.part")
	p.must(os.WriteFile(part, []byte(f.text), 0o644))
	old := time.Now().Add(-time.Hour)
	p.must(os.Chtimes(part, old, old))
	p.must(os.Rename(part, p.place(f)))
	f.copies++
}

func (p *people) dropAgain(f *droppedFile) {
	if !f.card {
		p.drop(f)
	}
}

// dropSlowly begins to write a file.
func (p *people) dropSlowly(f *droppedFile) {
	if !strings.HasSuffix(f.text, "\n") {
		p.drop(f) // it would not be taken before ten minutes have gone
		return
	}
	file, err := os.Create(p.place(f))
	p.must(err)
	p.copying = append(p.copying, &copying{file: file, rest: f.text})
	f.copies++
}

// goOn writes a piece of each file that is being written. Some copying stands
// still for longer than files must, in the middle of a line.
func (p *people) goOn(busy bool) {
	var rest []*copying
	for _, c := range p.copying {
		if c.idle--; c.idle <= 0 {
			p.write(c, busy)
		}
		if c.rest == "" {
			p.must(c.file.Close())
			continue
		}
		rest = append(rest, c)
	}
	p.copying = rest
}

func (p *people) write(c *copying, busy bool) {
	end := len(c.rest)
	if busy {
		end = min(end, 1+p.random.IntN(200))
	}
	_, err := c.file.WriteString(c.rest[:end])
	p.must(err)
	openLine := c.rest[end-1] != '\n'
	c.rest, c.idle = c.rest[end:], p.random.IntN(5)
	if openLine && p.random.IntN(5) == 0 {
		c.idle = 50
	}
}

// dropWithCard drops a file that names no contact, and the card for it.
func (p *people) dropWithCard() {
	f := newFileWithCard(p.random, len(p.files))
	path := filepath.Join(p.dir, fmt.Sprintf("Всем одно %d.csv", len(p.files)))
	card := strings.TrimSuffix(path, ".csv") + []string{".vcf", ".VCF"}[p.random.IntN(2)]
	p.files = append(p.files, f)
	p.must(os.WriteFile(card, []byte(f.vcard()), 0o644))
	p.must(os.WriteFile(path, []byte(f.text), 0o644))
	f.copies++
}

// rename gives one of the dropped files another name, unless that is gone.
func (p *people) rename() {
	if path := p.some(p.dir); path != "" {
		p.move(path, filepath.Join(p.dir, fmt.Sprintf("renamed %d%s", p.acts, filepath.Ext(path))))
	}
}

// take takes a file out of the folder. A card stays, and nobody wants it.
func (p *people) take(dir string) {
	if path := p.some(dir); path != "" {
		p.move(path, filepath.Join(p.away, fmt.Sprintf("%d%s", p.acts, filepath.Ext(path))))
	}
}

func (p *people) move(from, to string) {
	if err := os.Rename(from, to); !errors.Is(err, fs.ErrNotExist) {
		p.must(err)
	}
}

// some is one of the files of a folder that were dropped there, or "".
func (p *people) some(dir string) string {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	p.must(err)
	var paths []string
	for _, entry := range entries {
		if entry.Type().IsRegular() && p.wasDropped(entry.Name()) && !(dir == p.dir && p.hasCard(entry.Name())) {
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	if len(paths) == 0 {
		return ""
	}
	return paths[p.random.IntN(len(paths))]
}

// wasDropped reports whether a name is none of those that the program gives, nor
// that of a card.
func (p *people) wasDropped(name string) bool {
	if strings.HasPrefix(name, ".") {
		return false
	}
	for _, ending := range []string{".results.csv", ".fixme.csv", ".waiting.txt", ".vcf", ".part"} {
		if strings.HasSuffix(strings.ToLower(name), ending) {
			return false
		}
	}
	return true
}

// hasCard reports whether a dropped file has its card beside it, which is to stay
// with it.
func (p *people) hasCard(name string) bool {
	stem := filepath.Join(p.dir, strings.TrimSuffix(name, filepath.Ext(name)))
	return exists(stem+".vcf") || exists(stem+".VCF")
}
