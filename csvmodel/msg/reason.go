package msg

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Code is a short stable word that says, for machines, why.
type Code string

// Reason says why a row has its status, why a run stops and the like: a code and the
// arguments of its sentence, by place. It is what is kept; the sentence is made for
// the reader.
//
// An argument is a string, an int, a time.Time, a time.Duration, a Reason or a list
// of strings. Ledgers of earlier versions have a string for each.
type Reason struct {
	Code Code      `json:"code"`
	Args arguments `json:"args,omitempty"`
}

// NewReason returns the Reason of a code with its arguments, which argNames has in
// their order.
func NewReason(code Code, args ...any) Reason { return Reason{Code: code, Args: args} }

// Fault is the Reason for which one cell, or with an empty column the whole row, is
// invalid. The value is cut to what a person needs to find it.
func Fault(code Code, column, value string) Reason {
	return NewReason(code, column, Quoted(value))
}

// Text is the sentence in a language, without a full stop. A code that this program
// does not know, as from a newer ledger, is shown as it is.
func (r Reason) Text(l Language) string {
	if text, known := Lookup(l, string(r.Code), r.named()); known {
		return text
	}
	return strings.Join(append([]string{string(r.Code)}, r.plain()...), ": ")
}

// String is the sentence in English.
func (r Reason) String() string { return r.Text(English) }

// named are the arguments by their names. More of them than names make the last one a
// list.
func (r Reason) named() Args {
	names, args := argNames[r.Code], Args{}
	for i, arg := range r.Args[:min(len(names), len(r.Args))] {
		args[names[i]] = arg
	}
	if last := len(names) - 1; last >= 0 && len(r.Args) > len(names) {
		args[names[last]] = Reason{Args: r.Args[last:]}.plain()
	}
	return args
}

// MapArgs returns the Reason with what f returns for each argument, also for those of a
// Reason among them. A name is empty where this program does not know the code.
func (r Reason) MapArgs(f func(name string, arg any) any) Reason {
	names, mapped := argNames[r.Code], make(arguments, len(r.Args))
	for i, arg := range r.Args {
		if inner, is := arg.(Reason); is {
			mapped[i] = inner.MapArgs(f)
			continue
		}
		name := ""
		if len(names) > 0 {
			name = names[min(i, len(names)-1)]
		}
		mapped[i] = f(name, arg)
	}
	r.Args = mapped
	return r
}

// Word returns an argument that is a text, else "".
func (r Reason) Word(name string) string {
	word, _ := r.named()[name].(string)
	return word
}

// Number returns an argument that is a number, else 0.
func (r Reason) Number(name string) int {
	n, _ := parseNumber(r.named()[name])
	return n
}

// parseNumber reads a number, which ledgers of earlier versions have as a text.
func parseNumber(arg any) (n int, is bool) {
	switch arg := arg.(type) {
	case int:
		return arg, true
	case string:
		n, err := strconv.Atoi(arg)
		return n, err == nil
	}
	return 0, false
}

// Time returns an argument that is a time, else the zero time.
func (r Reason) Time(name string) time.Time {
	switch t := r.named()[name].(type) {
	case time.Time:
		return t
	case string: // in ledgers of earlier versions
		moment, _ := time.Parse(time.RFC3339, t)
		return moment
	}
	return time.Time{}
}

// Join joins what several reasons have to say into one text.
func Join(reasons []Reason, l Language) string {
	sentences := make([]string, len(reasons))
	for i, r := range reasons {
		sentences[i] = r.Text(l)
	}
	return strings.Join(sentences, "; ")
}

// Codes joins the codes of several reasons, each named once, with spaces.
func Codes(reasons []Reason) string {
	var codes []string
	for _, r := range reasons {
		if !slices.Contains(codes, string(r.Code)) {
			codes = append(codes, string(r.Code))
		}
	}
	return strings.Join(codes, " ")
}
