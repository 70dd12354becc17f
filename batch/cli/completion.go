package cli

import (
	"contact-distributor/csvmodel/charset"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// fixedValues are the words that some flags take.
var fixedValues = map[string][]string{
	"encoding":    charset.Names(),
	"delimiter":   {"comma", "semicolon", "tab", "bar"},
	"lang":        {"en", "ru"},
	"progress":    {"auto", "always", "never"},
	"log-format":  {"text", "json"},
	"dedupe":      {"forever", "file"},
	"queue-depth": {"auto"},
}

// What a shell offers where the name of a file or folder belongs. Shells tell the
// cases of letters apart.
var (
	tables   = cobra.FixedCompletions([]string{"csv", "txt", "tsv", "CSV", "TXT", "TSV"}, cobra.ShellCompDirectiveFilterFileExt)
	cards    = cobra.FixedCompletions([]string{"vcf", "VCF"}, cobra.ShellCompDirectiveFilterFileExt)
	folders  = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	anything = cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault)
)

// complete adds the verb that writes the shells' scripts, and tells them what the
// arguments of the others are.
func complete(root *cobra.Command) {
	for _, verb := range root.Commands() {
		verb.ValidArgsFunction = arguments(verb)
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, verb := range root.Commands() {
		if verb.Name() == "completion" {
			verb.Short = "Writes what a shell needs to complete verbs, flags and files"
			verb.Args, verb.RunE = cobra.ArbitraryArgs, noShell
		}
	}
}

// noShell is for completion without a shell: the help, which it would write else,
// ends in a file that a shell reads.
func noShell(*cobra.Command, []string) error {
	return usageError{errors.New("completion: name a shell: bash, zsh, fish or powershell")}
}

// arguments completes what the verb's line of use calls FILE or DIR.
func arguments(verb *cobra.Command) cobra.CompletionFunc {
	first := cobra.NoFileCompletions
	if strings.Contains(verb.Use, " DIR") {
		first = folders
	} else if strings.Contains(verb.Use, "FILE") {
		first = tables
	}
	return func(verb *cobra.Command, before []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(before) > 0 && !strings.HasSuffix(verb.Use, "...") {
			return cobra.NoFileCompletions(verb, before, begun)
		}
		return first(verb, before, begun)
	}
}

// completeFlags tells a shell that asks what the values of the flags are. The
// library never lets go of a flag of which it was told.
func completeFlags(root *cobra.Command, args []string) {
	if len(args) == 0 || !strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return
	}
	for _, verb := range root.Commands() {
		verb.Flags().VisitAll(func(f *pflag.Flag) {
			_ = verb.RegisterFlagCompletionFunc(f.Name, values(f)) // fails for one that it has been told of
		})
	}
}

// values completes a word, or what the flag's help line calls a file or folder.
func values(f *pflag.Flag) cobra.CompletionFunc {
	words, fixed := fixedValues[f.Name]
	called, _ := pflag.UnquoteUsage(f)
	switch {
	case fixed:
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	case f.Name == "card":
		return cards
	case called == "DIR":
		return folders
	case called == "FILE", called == "PATH":
		return anything
	}
	return cobra.NoFileCompletions
}
