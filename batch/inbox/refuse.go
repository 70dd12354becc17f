package inbox

import (
	"cmp"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// refuse puts away a table that cannot be used.
func (r *run) refuse(f *spool.File, refused *csvmodel.FileError) error {
	l, reasons := cmp.Or(r.Language, refused.Language()), unquoted(refused.Reasons)
	text := msg.Text(l, "inbox.unusable", msg.Args{"File": f.Name(), "Why": msg.Join(reasons, l)})
	_, err := f.Refuse(spool.Refusal{Code: encodeReasons(reasons...), Text: text})
	return err
}

// unquoted leaves out what reasons quote of a file: it is told to people, by mail too, who
// need not be those whose file it is.
func unquoted(reasons []msg.Reason) []msg.Reason {
	own := []string{"Field", "Fields", "File", "Mapping", "Other"} // names and flags
	masked := make([]msg.Reason, len(reasons))
	for i, reason := range reasons {
		masked[i] = reason.MapArgs(func(name string, arg any) any {
			text, isText := arg.(string)
			_, isList := arg.([]string)
			if slices.Contains(own, name) || !isText && !isList || isText && slices.Contains(columns, text) {
				return arg
			}
			return "…"
		})
	}
	return masked
}

// columns are what faults call the columns of a table and the lines of a card.
var columns = append(csvmodel.FieldNames(), "TEL")

// refusalOf says what is wrong with a file of that name, which is no table, and what
// to do.
func (r *run) refusalOf(name string, isCard bool) spool.Refusal {
	l, ending := cmp.Or(r.Language, r.Fallback), filepath.Ext(name)
	args := msg.Args{"File": name, "Table": strings.TrimSuffix(name, ending) + ".csv"}
	if isCard {
		return spool.Refusal{Code: encodeReasons(msg.NewReason(loneCard)), Text: msg.Text(l, "inbox.lone-card-why", args)}
	}
	return spool.Refusal{Code: encodeReasons(msg.NewReason(noTable)),
		Text: msg.Text(l, "inbox.no-table-why", args) + "\n\n" + msg.Text(l, advice(strings.ToLower(ending)), nil)}
}

// Why a file is refused that is no table.
const (
	noTable  msg.Code = "inbox.no-table"
	loneCard msg.Code = "inbox.lone-card"
)

// encodeReasons returns reasons as the spool keeps them.
func encodeReasons(reasons ...msg.Reason) string {
	text, err := json.Marshal(reasons)
	if err != nil {
		return string(reasons[0].Code)
	}
	return string(text)
}

// decodeReasons reads what encodeReasons has written. Older versions have kept words,
// which are shown as they are.
func decodeReasons(text string) (reasons []msg.Reason) {
	if json.Unmarshal([]byte(text), &reasons) != nil {
		return []msg.Reason{msg.NewReason(msg.Code(text))}
	}
	return reasons
}

// advice is the key of what to do with a file that is no table, by its ending.
func advice(ending string) string {
	switch ending {
	case ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods":
		return "inbox.save-sheet"
	case ".gsheet":
		return "inbox.save-link"
	case ".numbers":
		return "inbox.save-numbers"
	case ".zip", ".gz", ".7z", ".rar":
		return "inbox.unpack"
	case ".pdf":
		return "inbox.find-table"
	}
	return "inbox.save-table"
}
