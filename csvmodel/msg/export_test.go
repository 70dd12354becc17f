package msg

import "io/fs"

// Reload forgets the message files that were read.
func Reload() { texts.loaded.Clear() }

// TextFrom is Text with other message files beside those of the program.
func TextFrom(files fs.FS, l Language, key string, args Args) string {
	library := library{files: files}
	return library.text(l, key, &scope{args: args})
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
