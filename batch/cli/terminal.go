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

// printable replaces what a terminal would act on. Line breaks stay.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) || r == '\n' {
			return r
		}
		return unicode.ReplacementChar
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// oneLine returns text, such as the name of a file, printable and without line breaks.
func oneLine(text string) string {
	return strings.ReplaceAll(printable(text), "\n", string(unicode.ReplacementChar))
}
