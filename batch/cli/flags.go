package cli

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"contact-distributor/batch/accounts"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func fromEnvironment(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if name := variable(f); name != "" {
			f.Usage += " [" + name + "]"
		}
	})
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var errs []error
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			value := os.Getenv(variable(f))
			if f.Changed || value == "" {
				return
			}
			if err := cmd.Flags().Set(f.Name, value); err != nil {
				errs = append(errs, msg.Problem("usage.variable", msg.Args{"Variable": variable(f), "Err": plainly(err)}))
			}
		})
		if err := errors.Join(errs...); err != nil {
			return usageError{err}
		}
		return nil
	}
}

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

const tokenVariable = "GREENAPI_API_TOKEN_INSTANCE"

// variables are those named as by the vendor, and none for what must be said each time anew.
var variables = map[string]string{
	"api-url": "GREENAPI_API_URL", "id-instance": "GREENAPI_ID_INSTANCE", "token-file": tokenVariable + "_FILE",
	"again": "", "reassign": "", "sent": "", "not-sent": "", "sandbox": "", "help": "",
}

func variable(f *pflag.Flag) string {
	if name, is := variables[f.Name]; is {
		return name
	}
	return "CONTACTS_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

type rule struct {
	isBroken bool
	key      string
	args     msg.Args
}

func ofFlag(name string, value fmt.Stringer) msg.Args {
	return msg.Args{"Flag": name, "Value": value.String()}
}

func check(rules ...rule) error {
	for _, r := range rules {
		if r.isBroken {
			return usageError{msg.Problem(r.key, r.args)}
		}
	}
	return nil
}

type accountFlags struct {
	url, instance, tokenFile string
	file                     string
}

func (a *accountFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.url, "api-url", "", "`URL` of the instance, apiUrl in the console")
	cmd.Flags().StringVar(&a.instance, "id-instance", "", "`NUMBER` of the instance, idInstance in the console")
	cmd.Flags().StringVar(&a.tokenFile, "token-file", "",
		"`FILE` that holds apiTokenInstance; or the token itself in "+tokenVariable)
	cmd.Flags().StringVar(&a.file, "accounts", "", "`FILE` of several accounts, in place of these three: a TOML table [[account]] for each, with name, api-url, id-instance, token-file and, where they are its own, rate, per-day, window and timezone")
}

// all returns the accounts of the file, or the one of the three flags, which has no name.
func (a *accountFlags) all(limits accounts.Limits) ([]accounts.Account, error) {
	if a.file == "" {
		one, err := a.read()
		return []accounts.Account{{Account: one}}, err
	}
	if err := check(rule{a.url+a.instance+a.tokenFile != "", "usage.accounts-alone", nil}); err != nil {
		return nil, err
	}
	all, err := accounts.Read(a.file, limits)
	if err != nil {
		return nil, usageError{err}
	}
	return all, nil
}

// read names everything that is missing at once.
func (a *accountFlags) read() (greenapi.Account, error) {
	token := strings.TrimSpace(os.Getenv(tokenVariable))
	if a.tokenFile != "" {
		var err error
		if token, err = accounts.ReadToken(a.tokenFile, "--token-file / "+variables["token-file"]); err != nil {
			return greenapi.Account{}, usageError{err}
		}
	}
	var missing []string
	for _, flag := range []struct{ variable, value string }{{variables["api-url"], a.url}, {variables["id-instance"], a.instance}, {tokenVariable, token}} {
		if flag.value == "" {
			missing = append(missing, flag.variable)
		}
	}
	account := greenapi.Account{APIURL: a.url, IDInstance: a.instance, Token: greenapi.NewToken(token)}
	return account, check(rule{len(missing) > 0, "usage.account", msg.Args{"Variables": strings.Join(missing, ", ")}})
}

func ledgerFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "ledger", "", "`PATH` of the durable record of what was sent (default: ledger.db in $XDG_STATE_HOME/contact-distributor, else in ~/.local/state/contact-distributor)")
}

// toRead neither disturbs an older program at work nor alters the copy made before an upgrade.
var toRead = ledger.Options{IfFree: true}

// newLedgerCommand is a verb that works with a ledger alone, and makes none.
func newLedgerCommand(verb string, args cobra.PositionalArgs, o ledger.Options, language *msg.Language, run func(*ledger.Ledger, []string) error) *cobra.Command {
	return newPlaceCommand(verb, args, language, func(place string, args []string) error {
		_, err := os.Stat(place)
		if err := check(rule{err != nil && !ledger.IsOnServer(place), "usage.no-ledger", msg.Args{"Path": place}}); err != nil {
			return err
		}
		l, err := ledger.Open(place, o)
		if err != nil {
			return err
		}
		defer l.Close()
		return run(l, args)
	})
}

// newPlaceCommand is a verb that is given the place of a ledger.
func newPlaceCommand(verb string, args cobra.PositionalArgs, language *msg.Language, run func(string, []string) error) *cobra.Command {
	var flag string
	cmd := newCommand(verb, args, func(_ context.Context, args []string) error {
		place, err := ledgerPath(flag)
		if err != nil {
			return err
		}
		return run(place, args)
	})
	ledgerFlag(cmd, &flag)
	languageFlag(cmd, language)
	return cmd
}

const ledgerName = "contact-distributor/ledger.db"

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

// memory is beside the default ledger, "" if there is no place for that.
func memory() string {
	path, err := ledgerPath("")
	if err != nil {
		return ""
	}
	return filepath.Join(filepath.Dir(path), "epochs")
}

func languageFlag(cmd *cobra.Command, l *msg.Language) {
	cmd.Flags().Var((*languageValue)(l), "lang", "`LANGUAGE` of what people read: en or ru (default: on the terminal that of the environment, else English; in files Russian where the header or first rows of the table have Cyrillic letters, else English)")
}

type languageValue msg.Language

func (v *languageValue) String() string { return string(*v) }

func (v *languageValue) Set(s string) error {
	l, err := msg.ParseLanguage(s)
	*v = languageValue(l)
	return err
}

func (*languageValue) Type() string { return "language" }

func languageOf(cmd *cobra.Command) msg.Language {
	if flag := cmd.Flags().Lookup("lang"); flag != nil {
		return terminal.Language(msg.Language(flag.Value.String()))
	}
	return terminal.Language("")
}

// helpTexts has a file a verb: its use, what it does in a line, at length, and examples; and
// one a topic.
//
//go:embed help/*.txt
var helpTexts embed.FS

func newCommand(verb string, args cobra.PositionalArgs, run func(context.Context, []string) error) *cobra.Command {
	use, text, _ := strings.Cut(helpText(verb), "\n")
	short, text, _ := strings.Cut(text, "\n\n")
	long, example, _ := strings.Cut(text, "\n\nExamples:\n")
	return &cobra.Command{Use: use, Short: short, Long: long, Example: example, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), args) }}
}

// newTopic is a verb that does nothing, so that help has it as a topic of its own.
func newTopic(name string) *cobra.Command {
	topic := newCommand(name, nil, nil)
	topic.RunE = nil
	return topic
}

func helpText(name string) string {
	text, err := helpTexts.ReadFile("help/" + name + ".txt")
	if err != nil {
		panic(err) // each verb has one
	}
	return strings.TrimRight(string(text), "\n")
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return cmp.Or(strings.Trim(info.Main.Version, "()"), "devel")
}

func parsePlace(text string) (file string, line int, err error) {
	i := strings.LastIndexByte(text, ':')
	if i > 0 {
		line, err = strconv.Atoi(text[i+1:])
	}
	if i <= 0 || err != nil || line < 1 {
		return "", 0, msg.Problem("usage.place", msg.Args{"Value": text})
	}
	return text[:i], line, nil
}
