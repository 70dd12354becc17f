package cli

import (
	"io"
	"strings"
	"unicode"
)

// textOut is where text goes for people; with --json, stdout is for machines.
func textOut(s Streams, json bool) io.Writer {
	if json {
		return s.Err
	}
	return s.Out
}

// harmless is text, names of files among it, that nobody's terminal acts on.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// oneLine is text, such as the name of a file, that takes no line of its own.
func oneLine(text string) string {
	return strings.ReplaceAll(harmless(text), "\n", string(unicode.ReplacementChar))
}
