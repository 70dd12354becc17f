package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/csvmodel/msg"
)

// fromEnvironment gives each flag that was not set on the command line the
// value of its environment variable, and names the variable in its help line.
// It is to be called when all flags are defined.
func fromEnvironment(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if name := variable(f); name != "" {
			f.Usage += " [" + name + "]"
		}
	})
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var errs []error
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			value, set := os.LookupEnv(variable(f))
			if f.Changed || !set || value == "" {
				return
			}
			if err := cmd.Flags().Set(f.Name, value); err != nil {
				errs = append(errs, msg.Problem("usage.variable", msg.Args{"Variable": variable(f), "Err": plainly(err)}))
			}
		})
		if len(errs) > 0 {
			return usageError{errors.Join(errs...)}
		}
		return nil
	}
}

// plainly says in plain words what is wrong with a flag's value.
func plainly(err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		kind := "usage.kind." + invalid.GetFlag().Value.Type()
		if _, known := msg.Lookup(msg.English, kind, nil); known {
			return msg.Problem("usage.value", msg.Args{"Flag": "--" + invalid.GetFlag().Name, "Value": invalid.GetValue(), "Kind": msg.NewReason(msg.Code(kind))})
		}
	}
	return err
}

// accountVariables are named as the vendor's console and SDKs name them.
var accountVariables = map[string]string{
	"api-url":     "GREENAPI_API_URL",
	"id-instance": "GREENAPI_ID_INSTANCE",
	"token-file":  tokenVariable + "_FILE",
}

const tokenVariable = "GREENAPI_API_TOKEN_INSTANCE"

// variable is the environment variable of a flag. What must be said each time
// anew has none.
func variable(f *pflag.Flag) string {
	switch name, account := accountVariables[f.Name]; {
	case account:
		return name
	case f.Name == "again" || f.Name == "sent" || f.Name == "not-sent" || f.Name == "sandbox" || f.Name == "help":
		return ""
	}
	return "CONTACTS_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

// ledgerFlag defines --ledger.
func ledgerFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "ledger", "", "`PATH` of the durable record of what was sent (default: ledger.db in $XDG_STATE_HOME/contact-distributor, else in ~/.local/state/contact-distributor)")
}

const ledgerName = "contact-distributor/ledger.db"

// ledgerPath is where the ledger is, if no flag says so.
func ledgerPath(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, ledgerName), nil
	}
	if home, err := os.UserHomeDir(); err == nil && filepath.IsAbs(home) {
		return filepath.Join(home, ".local/state", ledgerName), nil
	}
	return "", usageError{msg.Problem("usage.ledger-place", nil)}
}

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

// languageOf is the terminal's language for a command, whose flags may name one.
func languageOf(cmd *cobra.Command) msg.Language {
	if flag := cmd.Flags().Lookup("lang"); flag != nil {
		return terminal.Language(msg.Language(flag.Value.String()))
	}
	return terminal.Language("")
}
