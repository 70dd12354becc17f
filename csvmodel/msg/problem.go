package msg

import (
	"errors"
	"strings"
)

// Problem returns an error that is told in the language of its reader: Explain makes
// its text. It wraps the errors among its arguments.
func Problem(key string, args Args) error { return &problem{key, args} }

type problem struct {
	key  string
	args Args
}

func (p *problem) Error() string { return p.Text(English) }

func (p *problem) Text(l Language) string { return Text(l, p.key, p.args) }

func (p *problem) Unwrap() (wrapped []error) {
	for _, arg := range p.args {
		if err, is := arg.(error); is {
			wrapped = append(wrapped, err)
		}
	}
	return wrapped
}

// ErrorArg returns an error as an argument of a Reason: what the service answered, or
// its text.
func ErrorArg(err error) any {
	var answered interface{ Answer() Reason }
	if errors.As(err, &answered) {
		return answered.Answer()
	}
	return err.Error()
}

// Explain is the text of an error in a language. An error with a method Text, or with
// Message for its key and arguments, has one; what has none, such as an error of the
// operating system, stays as it is.
func Explain(l Language, err error) string {
	switch err := err.(type) {
	case interface{ Text(Language) string }:
		return err.Text(l)
	case interface {
		Message() (string, map[string]any)
	}:
		key, args := err.Message()
		return Text(l, key, args)
	}
	text, inner := err.Error(), []error{errors.Unwrap(err)}
	joined, isJoined := err.(interface{ Unwrap() []error })
	if isJoined {
		inner = joined.Unwrap()
	}
	for _, cause := range inner {
		if cause != nil {
			text = strings.Replace(text, cause.Error(), Explain(l, cause), 1)
		}
	}
	if isJoined {
		return text // on a line each
	}
	return OneLine(text)
}
