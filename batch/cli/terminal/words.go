// Package terminal is what people see of a run: its log, its forecast, its progress, and
// what it has come to, in the language of their terminal.
//
// It writes what it is given and decides nothing. All of it is safe to show: what a terminal
// would act on, in the name of a file say, is replaced. NewLog comes first, then a Progress
// for the run and a Summary at its end.
package terminal

import (
	"cmp"
	"os"
	"strings"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Language returns the language of what is written to the terminal: the one that was asked
// for, else that of the environment, else English.
func Language(flag msg.Language) msg.Language { return cmp.Or(flag, locale(), msg.English) }

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

// Words returns a text in a language, with arguments as names and values.
func Words(l msg.Language, key string, args ...any) string {
	named := msg.Args{}
	for i := 1; i < len(args); i += 2 {
		named[args[i-1].(string)] = args[i]
	}
	return msg.Text(l, key, named)
}

// Status is how people read a status: its word, which no language changes, and what
// it is called in theirs.
func Status(l msg.Language, s csvmodel.Status) string { return msg.Text(l, "status."+string(s), nil) }
