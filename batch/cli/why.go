package cli

import (
	"cmp"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel/msg"
	"path/filepath"
	"strings"
	"unicode"
)

// whyRefused says what is wrong with a file of that name, which is no table, and what
// to do. Its name is all that there is to tell the language by.
func whyRefused(asked msg.Language, name string, card bool) spool.Refusal {
	l := cmp.Or(asked, languageOf(name))
	if card {
		table := strings.TrimSuffix(name, filepath.Ext(name)) + ".csv"
		return spool.Refusal{
			Short: say(l, "is a contact card without a table of the same name"),
			Text: say(l, "The contact card %[1]q was dropped without a table of the same name, and so there is nobody to send it to.", name) + "\n\n" +
				say(l, "Drop it again together with the CSV file that says who gets it, named %[1]q.", table),
		}
	}
	return spool.Refusal{
		Short: say(l, "is not a CSV file"),
		Text:  say(l, "%[1]q is not a CSV file, and nothing was sent for it.", name) + "\n\n" + advice(l, strings.ToLower(filepath.Ext(name))),
	}
}

// languageOf is Russian for a text with a Cyrillic letter, and else none.
func languageOf(text string) msg.Language {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		return msg.Russian
	}
	return ""
}

// advice is what to do with a file that is no table, by its ending.
func advice(l msg.Language, ending string) string {
	switch ending {
	case ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods":
		return say(l, "Open it in the spreadsheet program, choose File, Save As, and there CSV UTF-8 (comma delimited), and drop the file that you get. Only the sheet that is open is saved.")
	case ".gsheet":
		return say(l, "This is only a link to a table. Open it, choose File, Download, Comma-separated values (.csv), and drop the file that you get.")
	case ".numbers":
		return say(l, "Open it in Numbers, choose File, Export To, CSV, and drop the file that you get.")
	case ".zip", ".gz", ".7z", ".rar":
		return say(l, "Unpack it and drop the CSV files that are in it.")
	case ".pdf":
		return say(l, "Find the table that it was made from, save that as CSV UTF-8, and drop the file that you get.")
	}
	return say(l, "Open the table in a spreadsheet program, choose File, Save As, and there CSV UTF-8 (comma delimited), and drop the file that you get.")
}
