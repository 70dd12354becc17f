package inbox

import (
	"fmt"
	"path/filepath"
	"strings"
)

// advice is what to do with a file that is no table, by its ending.
var advice = map[string]string{
	".xlsx":    saveAs,
	".xlsm":    saveAs,
	".xlsb":    saveAs,
	".xls":     saveAs,
	".ods":     saveAs,
	".gsheet":  "This is only a link to a table. Open it, choose File, Download, Comma-separated values (.csv), and drop the file that you get.",
	".numbers": "Open it in Numbers, choose File, Export To, CSV, and drop the file that you get.",
	".zip":     unpack,
	".gz":      unpack,
	".7z":      unpack,
	".rar":     unpack,
	".pdf":     "Find the table that it was made from, save that as CSV UTF-8, and drop the file that you get.",
}

const (
	saveAs = "Open it in the spreadsheet program, choose File, Save As, and there CSV UTF-8 (comma delimited), and drop the file that you get. Only the sheet that is open is saved."
	unpack = "Unpack it and drop the CSV files that are in it."
	ask    = "Open the table in a spreadsheet program, choose File, Save As, and there CSV UTF-8 (comma delimited), and drop the file that you get."
)

// whyRefused says what was wrong with a file of that name, and what to do.
func whyRefused(name string) string {
	stem, ending := split(name)
	if kindOf(name) == card {
		return fmt.Sprintf("The contact card %q was dropped without a table of the same name, and so there is nobody to send it to.\n\n"+
			"Drop it again together with the CSV file that says who gets it, named %q.", name, stem+".csv")
	}
	do, known := advice[strings.ToLower(ending)]
	if !known {
		do = ask
	}
	return fmt.Sprintf("%q is not a CSV file, and nothing was sent for it.\n\n%s", filepath.Base(name), do)
}
