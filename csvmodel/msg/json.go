package msg

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"
)

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

// UnmarshalJSON reads what MarshalJSON has written, in this version or an earlier
// one. Of a newer one it takes an argument that it does not know for a text.
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
