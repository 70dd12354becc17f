package msg

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// encoded is a Reason as ledgers have it. Strings and numbers are those of JSON, a
// list is one of strings, a Reason stands as it is, and times and durations are
// {"time":"2026-11-22T15:04:05+03:00"} and {"duration":"15m0s"}.
type encoded struct {
	Code Code  `json:"code"`
	Args []any `json:"args,omitempty"`
}

// span is a time or a duration among arguments.
type span struct {
	Time     *time.Time `json:"time,omitempty"`
	Duration string     `json:"duration,omitempty"`
}

// MarshalJSON keeps the types of the arguments.
func (r Reason) MarshalJSON() ([]byte, error) {
	e := encoded{r.Code, make([]any, len(r.Args))}
	for i, arg := range r.Args {
		switch arg := arg.(type) {
		case string, int, Reason, []string:
			e.Args[i] = arg
		case time.Time:
			e.Args[i] = span{Time: &arg}
		case time.Duration:
			e.Args[i] = span{Duration: arg.String()}
		default:
			return nil, fmt.Errorf("msg: %s: no argument can be a %T", r.Code, arg)
		}
	}
	return json.Marshal(e)
}

// UnmarshalJSON reads what MarshalJSON has written, in this version or an earlier
// one. Of a newer one it takes an argument that it does not know for a text.
func (r *Reason) UnmarshalJSON(text []byte) error {
	var e struct {
		Code Code
		Args []json.RawMessage
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return err
	}
	*r = Reason{Code: e.Code}
	for _, arg := range e.Args {
		r.Args = append(r.Args, decodeArg(arg))
	}
	return nil
}

func decodeArg(arg json.RawMessage) any {
	var (
		text   string
		list   []string
		reason Reason
		s      span
	)
	switch bytes.TrimSpace(arg)[0] {
	case '"':
		if json.Unmarshal(arg, &text) == nil {
			return text
		}
	case '[':
		if json.Unmarshal(arg, &list) == nil {
			return list
		}
	case '{':
		if json.Unmarshal(arg, &s) == nil && s.Time != nil {
			return *s.Time
		}
		if d, err := time.ParseDuration(s.Duration); err == nil {
			return d
		}
		if json.Unmarshal(arg, &reason) == nil && reason.Code != "" {
			return reason
		}
	default:
		if n, err := strconv.Atoi(string(arg)); err == nil {
			return n
		}
	}
	return string(arg)
}

// plainLayouts are how machines read times that people read to the minute or day.
var plainLayouts = map[string]string{"Day": time.DateOnly, "Until": "2006-01-02 15:04 -07:00", "Since": "2006-01-02 15:04 -07:00"}

// Plain returns reasons with texts for arguments, as JSON outputs have them.
func Plain(reasons []Reason) []Reason {
	plain := make([]Reason, len(reasons))
	for i, r := range reasons {
		plain[i] = r.plain()
	}
	return plain
}

func (r Reason) plain() Reason {
	args := make([]any, 0, len(r.Args))
	for i, arg := range r.Args {
		names := argNames[r.Code]
		if t, is := arg.(time.Time); is && i < len(names) && plainLayouts[names[i]] != "" {
			args = append(args, t.Format(plainLayouts[names[i]]))
			continue
		}
		for _, text := range plainArgs([]any{arg}) {
			args = append(args, text)
		}
	}
	return Reason{Code: r.Code, Args: args}
}

// plainArgs are the texts for arguments, of a list one for each string in it.
func plainArgs(args []any) (plain []string) {
	for _, arg := range args {
		switch arg := arg.(type) {
		case []string:
			plain = append(plain, arg...)
		case time.Time:
			plain = append(plain, arg.Format(time.RFC3339))
		default:
			plain = append(plain, fmt.Sprint(arg))
		}
	}
	return plain
}
