package msg

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Code is a short stable word that says, for machines, why.
type Code string

// Reason says why a row has its status, why a run stops and the like: a code and the
// arguments of its sentence, by place. An argument is a string, an int, a time.Time, a
// time.Duration, a Reason or a list of strings; in ledgers of earlier versions a string.
type Reason struct {
	Code Code      `json:"code"`
	Args arguments `json:"args,omitempty"`
}

// NewReason returns the Reason of a code with its arguments in the order of argNames.
func NewReason(code Code, args ...any) Reason { return Reason{Code: code, Args: args} }

// Fault is why one cell, or with an empty column the whole row, is invalid.
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

// named makes the last argument a list where there are more of them than names.
func (r Reason) named() Args {
	names, args := argNames[r.Code], Args{}
	for i, name := range names {
		switch {
		case i == len(names)-1 && len(r.Args) > len(names):
			args[name] = Reason{Args: r.Args[i:]}.plain()
		case i < len(r.Args):
			args[name] = r.Args[i]
		}
	}
	return args
}

// MapArgs returns the Reason with what f returns for each argument, at any depth. A name is
// empty where this program does not know the code.
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

// Action says who makes a run go on that has stopped. Of two, the greater one counts.
type Action int

const (
	None      Action = iota // the run has come to the end of its file
	Withheld                // rows were not to be sent in this run, and a person knows why
	ByNextRun               // the next run goes on by itself
	ByPerson                // the account needs a person first
)

// Action returns who makes a run go on that has stopped for this Reason, zero at its end.
func (r Reason) Action() Action {
	switch r.Code {
	case "":
		return None
	case Strict, Cancelled, Continued:
		return Withheld
	case Changed, Interrupted, Planned, TimeLimit, ServiceAway, NothingTaken, NotReady, Unsettled, Untracked,
		Window, DayFull, CountAway, QueueFull, DoubtElsewhere, ChatInDoubt, AccountAbsent, LeaseLost:
		return ByNextRun
	}
	return ByPerson
}

// IsZero reports whether there is no Reason: the run has not stopped before its end.
func (r Reason) IsZero() bool { return r.Code == "" }

// IsClosed reports whether a run stopped since no card may go at this time of the day.
func (r Reason) IsClosed() bool { return r.Code == Window || r.Code == DayFull }

// IsFileOnly reports whether a run stopped for its file alone: others may go on.
func (r Reason) IsFileOnly() bool {
	switch r.Code {
	case Unsettled, DoubtElsewhere, ChatInDoubt, AccountAbsent:
		return true
	}
	return r.Action() < ByNextRun
}

// Worst returns the Reason with the greater Action, of equals the first.
func Worst(first, second Reason) Reason {
	if second.Action() > first.Action() {
		return second
	}
	return first
}

// arguments are in ledgers with their types. Strings and numbers are those of JSON, a
// list is one of strings, a Reason stands as it is, and times and durations are
// {"time":"2026-11-22T15:04:05+03:00"} and {"duration":"15m0s"}.
type arguments []any

type span struct {
	Time     *time.Time `json:"time,omitempty"`
	Duration string     `json:"duration,omitempty"`
}

func (a arguments) MarshalJSON() ([]byte, error) {
	encoded := make([]any, len(a))
	for i, arg := range a {
		switch arg := arg.(type) {
		case string, int, Reason, []string:
			encoded[i] = arg
		case time.Time:
			encoded[i] = span{Time: &arg}
		case time.Duration:
			encoded[i] = span{Duration: arg.String()}
		default:
			return nil, fmt.Errorf("msg: no argument can be a %T", arg)
		}
	}
	return json.Marshal(encoded)
}

// UnmarshalJSON takes an argument of a newer version that it does not know for a text.
func (a *arguments) UnmarshalJSON(text []byte) error {
	var encoded []json.RawMessage
	if err := json.Unmarshal(text, &encoded); err != nil {
		return err
	}
	*a = nil
	for _, arg := range encoded {
		*a = append(*a, decodeArg(arg))
	}
	return nil
}

func decodeArg(arg json.RawMessage) any {
	var (
		text   string
		number int
		list   []string
		reason Reason
		s      span
	)
	is := func(into any) bool { return json.Unmarshal(arg, into) == nil }
	switch {
	case string(arg) == "null":
	case is(&text):
		return text
	case is(&number):
		return number
	case is(&list):
		return list
	case is(&s) && s.Time != nil:
		return *s.Time
	case is(&reason) && reason.Code != "":
		return reason
	}
	if d, err := time.ParseDuration(s.Duration); err == nil {
		return d
	}
	return string(arg)
}

// plainLayouts are how machines read times that people read to the minute or day.
var plainLayouts = map[string]string{"Day": time.DateOnly, "Until": "2006-01-02 15:04 -07:00", "Since": "2006-01-02 15:04 -07:00"}

// Plain returns reasons with texts for arguments, as JSON outputs have them.
func Plain(reasons []Reason) []Reason {
	plain := make([]Reason, len(reasons))
	for i, r := range reasons {
		plain[i].Code = r.Code
		for _, text := range r.plain() {
			plain[i].Args = append(plain[i].Args, text)
		}
	}
	return plain
}

func (r Reason) plain() (plain []string) {
	names := argNames[r.Code]
	for i, arg := range r.Args {
		switch arg := arg.(type) {
		case []string:
			plain = append(plain, arg...)
		case time.Time:
			layout := time.RFC3339
			if i < len(names) {
				layout = cmp.Or(plainLayouts[names[i]], layout)
			}
			plain = append(plain, arg.Format(layout))
		default:
			plain = append(plain, fmt.Sprint(arg))
		}
	}
	return plain
}
