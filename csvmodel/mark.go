package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// untold are the faults of rows whose cells could not be told apart for certain.
// Written out, such a row looks as if it were right.
var untold = []msg.Code{msg.RowWidth, msg.RowLong, msg.Quote, msg.QuoteOpen, msg.Uncorrected}

// marked puts a mark of a row's cells behind what is wrong with it, if they could
// not be told apart: as long as nobody has changed them, they still cannot.
func marked(wrong, codes string, cells []string) string {
	for code := range strings.FieldsSeq(codes) {
		if slices.Contains(untold, msg.Code(code)) {
			return wrong + " [" + markOf(cells) + "]"
		}
	}
	return wrong
}

// isMarked reports whether what is wrong with a row has the mark of these cells.
func isMarked(wrong string, cells []string) bool {
	return strings.HasSuffix(strings.TrimSpace(wrong), "]") && strings.HasSuffix(strings.TrimSpace(wrong), " ["+markOf(cells)+"]")
}

// markOf stands for the letters and digits of cells. Spreadsheets change the rest.
func markOf(cells []string) string {
	hash := fnv.New32a()
	var text []byte
	for _, cell := range cells {
		for _, r := range cell {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				text = utf8.AppendRune(text, unicode.ToLower(r))
			}
		}
	}
	hash.Write(text)
	return fmt.Sprintf("%08x", hash.Sum32())
}
