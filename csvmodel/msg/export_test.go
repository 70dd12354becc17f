package msg

import "io/fs"

// Reload forgets the message files that were read.
func Reload() { texts.loaded.Clear() }

// TextFrom is Text with other message files beside those of the program.
func TextFrom(files fs.FS, l Language, key string, args Args) string {
	library := library{files: files}
	return library.text(l, key, args)
}

// ReasonFrom is Reason.Text with other message files.
func ReasonFrom(files fs.FS, l Language, r Reason) string {
	library := library{files: files}
	return library.reason(l, r)
}

// ArgNames are the names of the arguments of all codes.
func ArgNames() map[Code][]string { return argNames }

// Files are the message files.
var Files fs.FS = files

// Check returns the error of a text of a message that is no template, or calls a
// function with other arguments than it has.
func Check(text string, args Args) error {
	c := texts.of(English)
	parsed, err := c.parser.Parse(text, "", "")
	if err == nil {
		_, err = parsed.Execute(c.data(args))
	}
	return err
}
