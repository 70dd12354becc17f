package spool

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// team is people who drop files and change their minds, while runs come and are
// killed.
type team struct {
	folder
	random *rand.Rand
	now    time.Time
	texts  int
	fate   map[string]string // of each text: "" for one place, else what people did
}

func TestAnyOrderOfEvents(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			m := &team{newFolder(t), rand.New(rand.NewPCG(seed, 0)), noon, 0, map[string]string{}}
			for range 40 {
				m.something()
			}
			for range 3 {
				m.now = m.now.Add(time.Hour)
				m.run(&killer{n: 1 << 30}, m.now)
			}
			m.check()
		})
	}
}

// something happens.
func (m *team) something() {
	switch m.random.IntN(10) {
	case 0, 1, 2:
		m.dropOne()
	case 3:
		m.now = m.now.Add(time.Duration(m.random.IntN(15)) * time.Minute)
	case 4, 5:
		m.run(&killer{n: 1 << 30}, m.now)
	case 6, 7:
		m.run(&killer{n: 1 + m.random.IntN(30)}, m.now)
	case 8:
		m.change(filepath.Join(m.dir, "*"), "deleted", os.Remove)
	case 9:
		if m.random.IntN(2) == 0 {
			m.change(filepath.Join(m.dir, working, "*"), "deleted", os.Remove)
			return
		}
		m.change(filepath.Join(m.dir, working, "*"), "renamed", func(path string) error {
			return os.Rename(path, fmt.Sprintf("%s.stop%d", path, m.random.Uint32()))
		})
	}
}

func (m *team) dropOne() {
	names := []string{"a.csv", "A.csv", "a.vcf", "a-2.csv", "bad.csv", "a.results.csv", "b c.txt", "photo.jpg", "photo.png", "x.vcf"}
	name := names[m.random.IntN(len(names))]
	if text, err := os.ReadFile(filepath.Join(m.dir, name)); err == nil {
		m.fate[string(text)] = "deleted"
	}
	m.texts++
	text := fmt.Sprintf("text %d%s", m.texts, []string{"", "\n"}[m.random.IntN(2)])
	m.fate[text] = ""
	m.drop(name, text, noon.Sub(m.now)+time.Duration(m.random.IntN(200))*time.Second)
}

// change does something to one of the files that people have dropped.
func (m *team) change(pattern, fate string, do func(path string) error) {
	paths, err := filepath.Glob(pattern)
	m.must(err)
	paths = slices.DeleteFunc(paths, func(path string) bool {
		info, err := os.Lstat(path)
		hidden := strings.HasPrefix(filepath.Base(path), ".")
		return err != nil || !info.Mode().IsRegular() || hidden || strings.Contains(path, ".stop")
	})
	if len(paths) == 0 {
		return
	}
	path := paths[m.random.IntN(len(paths))]
	text, err := os.ReadFile(path)
	m.must(err)
	if _, dropped := m.fate[string(text)]; dropped {
		m.fate[string(text)] = fate
		m.must(do(path))
	}
}

// check: nothing is lost, nothing is there twice, and nothing is left on the way.
func (m *team) check() {
	places := m.places()
	for text, fate := range m.fate {
		n := places[text]
		if fate == "" && n != 1 || fate == "deleted" && n > 1 || fate == "renamed" && n != 1 {
			m.Errorf("%q, %s, is in %d places", text, fate, n)
		}
	}
	for name := range m.tree() {
		if !strings.HasPrefix(name, "done/") && !strings.HasPrefix(name, "refused/") && !strings.Contains(name, ".stop") {
			m.Errorf("%s is left", name)
		}
		if strings.Contains(name, "/.") {
			m.Errorf("%s is left over", name)
		}
	}
}
