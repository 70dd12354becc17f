package batch_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var filePath = regexp.MustCompile(`[a-z][\w/]*\.(go|toml|html\.tmpl)\b`)

// mapText returns the package comment that is the map.
func mapText(t *testing.T) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file.Doc.Text()
}

func TestEveryFileOfTheMapExists(t *testing.T) {
	paths := filePath.FindAllString(mapText(t), -1)
	if len(paths) < 40 {
		t.Errorf("the map names %d files only", len(paths))
	}
	for _, path := range paths {
		if _, err := os.Stat(filepath.Join("..", path)); err != nil {
			t.Error(err)
		}
	}
}

func TestTheAfternoonIsAboutAsLongAsTheMapSays(t *testing.T) {
	_, afternoon, _ := strings.Cut(mapText(t), "An afternoon's reading")
	afternoon, _, _ = strings.Cut(afternoon, "# Where")
	lines := 0
	for _, path := range filePath.FindAllString(afternoon, -1) {
		text, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		lines += strings.Count(string(text), "\n")
	}
	if lines < 3000 || lines > 4000 {
		t.Errorf("it is %d lines", lines)
	}
	t.Logf("%d lines", lines)
}
