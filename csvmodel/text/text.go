// Package text reads what is in the cells of names, and of ids of messages. It never lets
// pass what a program has written there in place of a name.
package text

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/guard"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// The most characters that a name and the id of a quoted message may have. The
// service documents neither; its answer to a body that is far too big is a 500,
// after which nobody knows whether the card was taken.
const (
	maxName     = 256
	maxQuotedID = 128
)

// ParseName returns the name that a cell of a column holds, empty if there is nothing in it
// to be read. The Reason is zero or says why the name cannot go onto a card. A name that
// isHeading is true of is that of a column.
func ParseName(cell, column string, isHeading func(string) bool) (name string, fault msg.Reason) {
	if cell == "" {
		return "", fault
	}
	name = strings.Trim(cell, " ") // other space may be half of a letter
	if isSimple(name) && len(name) <= maxName {
		if isProgramWord(name, column) {
			return "", msg.Fault(msg.NameError, column, cell)
		}
		return name, fault
	}
	if !isText(cell) || strings.ContainsRune(cell, utf8.RuneError) {
		return "", msg.Fault(msg.Encoding, column, cell) // the second is what another program has made of the first
	}
	if len(name) > 16*maxName { // whatever the form of its letters
		return "", msg.Fault(msg.NameLong, column, cell)
	}
	if meant := restoreLetters(cell); meant != cell {
		return "", msg.NewReason(msg.NameSpoilt, column, msg.Quoted(cell), msg.Quoted(phone.Unwrap(charset.Clean(meant))))
	}
	bare := charset.Clean(cell)
	name = phone.Unwrap(bare)
	if code := nameFault(name, bare, column, isHeading); code != "" {
		return "", msg.Fault(code, column, cell)
	}
	if !strings.ContainsFunc(name, isReadable) {
		return "", fault
	}
	return name, fault
}

func isReadable(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.In(r, unicode.So, unicode.Sc)
}

func nameFault(name, bare, column string, isHeading func(string) bool) msg.Code {
	switch {
	case strings.ContainsFunc(name, isControl):
		return msg.NameControl
	case len(name) > maxName && utf8.RuneCountInString(name) > maxName:
		return msg.NameLong
	case isProgramWord(strings.Trim(name, "()<>#"), column), isOtherCell(name):
		return msg.NameError
	case !strings.ContainsAny(bare, marks) && !strings.HasPrefix(bare, "«"):
		return ""
	case errorValue().MatchString(name), formula().MatchString(name):
		return msg.NameError
	case templateMark().MatchString(bare), strings.Trim(bare, marks+"«»") != bare && isHeading(bare):
		return msg.NameTemplate
	case lostLetter().MatchString(name), column != "company" && strings.Contains(name, "?") && !strings.HasPrefix(name, "¿"):
		return msg.NameLost
	}
	return ""
}

// isSimple reports whether a name begins with a letter and needs no further look than
// isProgramWord's. Nearly all names are so. Of broken letters at least two that are not
// ASCII stand together, and not two of the Cyrillic alphabet.
func isSimple(name string) bool {
	before := ' '
	for i, r := range name {
		switch {
		case r < utf8.RuneSelf && isLatin(r):
		case r >= 'ء' && r <= 'ي', r >= 'Ḁ' && r <= 'ỿ', r >= 'ぁ' && r <= 'ゖ', r >= 'ァ' && r <= 'ヺ', r >= '一' && r <= '龥', r >= '가' && r <= '힣':
			continue // no broken letter has one of them
		case r >= 'А' && r <= 'я', r == 'ё', r == 'Ё', r >= 'Έ' && r <= 'ώ':
			if isLatin(before) {
				return false
			}
		case isLatin(r):
			if before >= utf8.RuneSelf {
				return false
			}
		case i == 0, !strings.ContainsRune(` -.,'"/&0123456789«»’–—`, r), r >= utf8.RuneSelf && before >= utf8.RuneSelf && !(r == '»' && before >= 'а' && before <= 'я'):
			return false
		}
		before = r
	}
	return true
}

func isLatin(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 'À' && r <= 'ſ'
}

// isOtherCell reports whether a name is a date, a time or a fraction, as cells of a workbook
// have them.
func isOtherCell(name string) bool {
	return name != "" && name[0] <= '9' && otherCell().MatchString(name)
}

// isProgramWord reports whether a name is what a program writes that has none or, for
// people, has such a word among its own. Null, Nan, No and Nil are names.
func isProgramWord(name, column string) bool {
	words, nothings := 0, 0
	for word, rest, more := strings.Cut(name, " "); ; word, rest, more = strings.Cut(rest, " ") {
		words++
		switch word {
		case "undefined", "null", "NULL", "nan", "NaN", "None", "none", "NaT", "nil", "pd.NA", `\N`, "N/A", "n/a", "Н/Д", "н/д":
			nothings++
		}
		if !more {
			switch name {
			case "0", "TRUE", "FALSE", "ИСТИНА", "ЛОЖЬ", "нет", "Null Null":
				return true
			case "Array":
				return column != "company"
			}
			return nothings == words || nothings > 0 && column != "company"
		}
	}
}

// marks are the signs that what follows looks for.
const marks = "!#:?=%$*|@~<>{}[]()_"

var (
	// errorValue is one of a spreadsheet, of whatever language: #NAME?, #ДЕЛ/0!, #Н/Д, #¡VALOR!,
	// Err:502. The few without such a form are named.
	errorValue = compile(`(?:^|[\s"])(?:#(?:[¡¿]?[\p{Lu}/_0]+[ \x{a0}\x{202f}]?[!?]|\pL/\pL!?|(?i:NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!)|` +
		`NV|YOK|HIÁNYZIK|NENÍ_K_DISPOZICI|GETTING_DATA|#+)|\pL{3,8}[ \x{a0}]?:5[0-4]\d|\[(?i:object) \w+\]|\((?:blank|empty|пусто)\))(?:$|[\s"])`)
	otherCell = compile(`^(?:\d{4}-\d\d?-\d\d?(?:[T ].*)?|\d\d?[./]\d\d?[./](?:\d\d){1,2}(?: .*)?|\d+:\d\d(?::\d\d(?:[.,]\d+)?)?|-?\d*[.,]\d+(?:E[-+]?\d+)?)$`)
	formula   = compile(`^=\s*(?:[\pL.]+\(|"|\$?[A-Z]{1,3}\$?\d)`)

	// templateMark is where a template has a name, in whatever language of templates.
	templateMark = compile(`\{\{|\}\}|\$\{|#\{|\*\||\|\*|<%|%>|\[\[|\]\]|<<|>>|\{%|%\}|\{[!$#@%]?[\pL\d_][\pL\pN_ .:|-]*\}|</?\pL[^<>@]*>|` +
		`%%[\pL_]|^\[.*(?i:name|имя|имени|фамили).*\]$|(?:^|[^\pL\d])%[\pL_][\pL\pN_.]*%|(?:^|\s)%(?:\d\$)?s(?:$|\s)`)
	lostLetter = compile(`\?\pL|^\?|\?\?$|\s\?`)
)

// letterForms are the forms that programs give letters on their way, which nobody means.
var letterForms = []struct {
	form   func() *regexp.Regexp
	decode func(string) (string, error)
}{
	{compile(`&(?:#\d+|#[xX][\da-fA-F]+|[A-Za-z]\w+);`), func(s string) (string, error) { return html.UnescapeString(s), nil }},
	{compile(`(?:%[89A-Fa-f][\da-fA-F]){2}|\pL%2[\dA-Fa-f]\pL`), url.PathUnescape},
	{compile(`(?:=[89A-F][\dA-F]){2}`), func(s string) (string, error) { return url.PathUnescape(strings.ReplaceAll(s, "=", "%")) }},
	{compile(`\\n`), func(s string) (string, error) { return strings.ReplaceAll(s, `\n`, " "), nil }},
	{compile(`\\u[\da-fA-F]{4}`), func(s string) (text string, err error) {
		err = json.Unmarshal([]byte(`"`+strings.ReplaceAll(s, `"`, `\"`)+`"`), &text)
		return text, err
	}},
}

// restoreLetters returns the text of which programs have made this one: of O&#39;Neil that
// is O'Neil.
func restoreLetters(text string) string {
	const most = 3 // programs, one after the other
	for range most {
		before := text
		for _, form := range letterForms {
			if strings.ContainsAny(text, `&%=\`) && form.form().MatchString(text) {
				if decoded, err := form.decode(text); err == nil && isText(decoded) {
					text = decoded
				}
			}
		}
		if text = charset.Repair(text); text == before {
			break
		}
	}
	return text
}

// noMessage are the words, in lower case, for which there is no message to reply to.
var noMessage = map[string]bool{"0": true, "null": true, "none": true, "nan": true, "nil": true, "undefined": true, "n/a": true,
	"na": true, "no": true, "нет": true, "н/д": true, "н/а": true}

// ParseQuotedID returns the id of the message that a cell has, empty if there is none.
func ParseQuotedID(cell string) (id string, fault msg.Code) {
	id = strings.TrimSpace(cell)
	if id == "" || strings.Trim(id, "0123456789ABCDEF") == "" && len(id) > 1 && len(id) <= maxQuotedID {
		return id, ""
	}
	if isText(id) {
		id = guard.UngroupDigits(phone.Unwrap(charset.Clean(id)))
	}
	if noMessage[strings.ToLower(id)] || isText(id) && !strings.ContainsFunc(id, isReadable) {
		return "", ""
	}
	return id, quotedIDFault(id)
}

func quotedIDFault(id string) msg.Code {
	switch {
	case phone.IsScientific(id) && strings.ContainsAny(id, ".,+"):
		return msg.NumberLost
	case !isText(id), strings.ContainsRune(id, utf8.RuneError):
		return msg.Encoding
	case len(id) > maxQuotedID, strings.ContainsFunc(id, isSpaceOrControl),
		strings.ContainsAny(id, marks) && (errorValue().MatchString(id) || templateMark().MatchString(id)):
		return msg.QuotedID
	}
	return ""
}

func isText(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// isControl reports whether r is a control character or breaks a line; Unicode
// does not count its two separators among the former.
func isControl(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

func isSpaceOrControl(r rune) bool {
	return unicode.IsSpace(r) || isControl(r)
}

// compile returns a func that compiles a pattern when it is first needed: that takes longer than
// most verbs do.
func compile(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
