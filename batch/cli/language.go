package cli

import (
	"cmp"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// languageFlag defines --lang.
func languageFlag(cmd *cobra.Command, l *msg.Language) {
	cmd.Flags().Var(languageValue{l}, "lang", "`LANGUAGE` of what people read: en or ru (default: on the terminal that of the environment, else English; in files Russian where the header or first rows of the table have Cyrillic letters, else English)")
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

// terminal is the language of what is written to the terminal: the one that was asked
// for, else that of the environment, else English.
func terminal(flag msg.Language) msg.Language { return cmp.Or(flag, locale(), msg.English) }

// locale is the language of the environment, if there are texts in it.
func locale() msg.Language {
	for _, variable := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(variable); value != "" {
			name, _, _ := strings.Cut(value, "_")
			name, _, _ = strings.Cut(name, ".")
			l, err := msg.ParseLanguage(name)
			if err != nil {
				return ""
			}
			return l
		}
	}
	return ""
}

// languageOf is the terminal's language for a command, whose flags may name one.
func languageOf(cmd *cobra.Command) msg.Language {
	if flag := cmd.Flags().Lookup("lang"); flag != nil {
		return terminal(msg.Language(flag.Value.String()))
	}
	return terminal("")
}

// words returns a text in a language, with arguments as names and values.
func words(l msg.Language, key string, args ...any) string {
	named := msg.Args{}
	for i := 1; i < len(args); i += 2 {
		named[args[i-1].(string)] = args[i]
	}
	return msg.Text(l, key, named)
}

// status is how people read a status: its word, which no language changes, and what
// it is called in theirs.
func status(l msg.Language, s csvmodel.Status) string { return msg.Text(l, "status."+string(s), nil) }
