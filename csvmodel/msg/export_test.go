package msg

import (
	"io/fs"
	"testing"
)

// Reload forgets the message files that were read.
func Reload() { catalogs = catalogsOf(embedded) }

// Use has other message files in place of those of the program until the test ends.
func Use(t *testing.T, files fs.FS) {
	t.Helper()
	catalogs = catalogsOf(files)
	t.Cleanup(Reload)
}

// ArgNames are the names of the arguments of all codes.
func ArgNames() map[Code][]string { return argNames }

// Files are the message files.
var Files fs.FS = embedded

// Check returns the error of a text of a message that is no template, or calls a
// function with other arguments than it has.
func Check(text string, args Args) error {
	c := catalogOf(English)
	parsed, err := c.parser.Parse(text, "", "")
	if err == nil {
		_, err = parsed.Execute(c.data(args))
	}
	return err
}
