package postgres

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

var (
	indexHint   = regexp.MustCompile(` INDEXED BY \w+`)
	inList      = regexp.MustCompile(`IN \(SELECT value FROM json_each\((\?\d*)\)\)`)
	byKey       = regexp.MustCompile(`(seq = \?\d* AND status) =`)
	placeholder = regexp.MustCompile(`'[^']*'|\?\d*`) // also strings, in which there is none
)

// translated are the statements by those that they are made of.
var translated sync.Map

// translate makes a statement for PostgreSQL of one for SQLite. Each argument names its type:
// the server would take a number beside a small one for small.
func translate(query string, args []any) (string, []any) {
	bound := make([]any, len(args))
	for i, arg := range args {
		bound[i] = bind(arg)
	}
	known, ok := translated.Load(query)
	if !ok {
		known = rewrite(query, bound)
		translated.Store(query, known)
	}
	t := known.(translation)
	args = make([]any, len(t.args))
	for i, n := range t.args {
		args[i] = bound[n]
	}
	return t.text, args
}

type translation struct {
	text string
	args []int // of the statement that it is made of: the server refuses those that it does not name
}

func rewrite(query string, bound []any) (t translation) {
	text := indexHint.ReplaceAllString(query, "")
	text = inList.ReplaceAllString(text, "= ANY($1)")
	text = byKey.ReplaceAllString(text, "$1 || '' =") // or it reads an index of states through all that have left one
	next := 0
	t.text = placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if found[0] == '\'' {
			return found
		}
		n, err := strconv.Atoi(found[1:])
		if next++; err != nil {
			n = next
		}
		place := slices.Index(t.args, n-1)
		if place < 0 {
			place, t.args = len(t.args), append(t.args, n-1)
		}
		return "$" + strconv.Itoa(place+1) + "::" + typeOf(bound[n-1])
	})
	return t
}

func typeOf(bound any) string {
	switch bound.(type) {
	case string:
		return "text"
	case []byte:
		return "bytea"
	case bool:
		return "boolean"
	case []string:
		return "text[]"
	case []int64:
		return "bigint[]"
	}
	return "bigint"
}

// bind makes an argument one of the types of typeOf.
func bind(arg any) any {
	switch arg := arg.(type) {
	case string:
		return Clean(arg)
	case []byte:
		if arg == nil {
			return []byte{}
		}
		return arg
	case bool, int, int64:
		return arg
	}
	list := reflect.ValueOf(arg)
	if list.Kind() != reflect.Slice {
		return arg
	}
	if list.Type().Elem().Kind() == reflect.Int64 {
		return list.Convert(reflect.TypeFor[[]int64]()).Interface()
	}
	texts := make([]string, list.Len())
	for i := range texts {
		texts[i] = Clean(list.Index(i).String())
	}
	return texts
}

// Clean takes out what the server refuses in text.
func Clean(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
