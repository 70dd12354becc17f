package cli

import (
	"cmp"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
	"strings"
	"sync"

	"github.com/spf13/cobra"
)

// languageFlag defines --lang.
func languageFlag(cmd *cobra.Command, l *msg.Language) {
	cmd.Flags().Var(languageValue{l}, "lang", "`LANGUAGE` of what people read: en or ru (default: Russian where the file's header or first rows have Cyrillic letters, else English)")
}

// languageValue is a flag's value, empty where none was given.
type languageValue struct{ language *msg.Language }

func (v languageValue) String() string {
	if v.language == nil { // in the value with which flags compare their defaults
		return ""
	}
	return string(*v.language)
}

func (v languageValue) Set(s string) (err error) {
	*v.language, err = msg.ParseLanguage(s)
	return err
}

func (languageValue) Type() string { return "language" }

// inLanguage says why a file was refused in this language or, where none was asked
// for, in that of the file. Other errors stay as they are.
func inLanguage(l msg.Language, err error) error {
	var refused *csvmodel.FileError
	if !errors.As(err, &refused) {
		return err
	}
	text := strings.Replace(err.Error(), refused.Error(), refused.Text(cmp.Or(l, refused.Language())), 1)
	return translated{err, text}
}

// translated is an error that is told in other words.
type translated struct {
	error
	text string
}

func (t translated) Error() string { return t.text }

func (t translated) Unwrap() error { return t.error }

// say is a text in a language, with its arguments put in, each on the line where it
// belongs.
func say(l msg.Language, text string, args ...any) string {
	for i, arg := range args {
		if s, is := arg.(string); is {
			args[i] = oneLine(s)
		}
	}
	return phrases().Say(l, text, args...)
}

var phrases = sync.OnceValue(func() *msg.Phrases { return msg.NewPhrases(russian) })
