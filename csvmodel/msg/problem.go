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

// Refusal is the error of a whole file that is refused. It says what to do about it.
type Refusal struct {
	Reasons  []Reason // more than one only of a card
	Cyrillic bool     // the file holds Cyrillic text, as far as it could be read
	Err      error    // of the system or a decoder; may be nil
}

// Refuse returns the Refusal for one reason.
func Refuse(code Code, args ...any) *Refusal {
	return &Refusal{Reasons: []Reason{NewReason(code, args...)}}
}

// Error is the English sentence, which goes after the file's name.
func (r *Refusal) Error() string { return r.Text(English) }

// Text returns the sentence in a language.
func (r *Refusal) Text(l Language) string { return Join(r.Reasons, l) }

func (r *Refusal) Unwrap() error { return r.Err }

// Because adds the error behind it.
func (r *Refusal) Because(err error) *Refusal {
	r.Err = err
	return r
}

// OfCard returns the refusal of the table that goes with this card, a file of that name.
func (r *Refusal) OfCard(name string) *Refusal {
	reasons := append([]Reason{NewReason("card", name, r.Reasons[0])}, r.Reasons[1:]...)
	return &Refusal{Reasons: reasons, Cyrillic: r.Cyrillic, Err: r}
}

// Language is the one in which the people who made the file read, English where
// that could not be found out.
func (r *Refusal) Language() Language { return LanguageOf(r.Cyrillic) }

// LanguageOf returns the language of people who write Cyrillic text, or do not.
func LanguageOf(cyrillic bool) Language {
	if cyrillic {
		return Russian
	}
	return English
}
