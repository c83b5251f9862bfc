package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ringdex/ringdex/option"
)

// usageError is a command line that cannot be understood: exit code 2.
type usageError struct {
	command string
	text    string
}

func (e *usageError) Error() string { return e.text }

func usagef(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{command: cmd.CommandPath(), text: fmt.Sprintf(format, args...)}
}

// quietError failed and has already said why on standard output, as `verify` and `preset lint` do.
type quietError struct{}

func (*quietError) Error() string { return "failed" }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "ringdex",
		Short:         "Caller recognition and screen pop: who is calling, and which CRM page to open",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          subcommandOnly,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newDemo(), newServe(),
		newTenant(), newReseller(), newSystem(), newUser(), newNotice(), newKey(), newIntegration(), newPush(), newCall(), newScript(),
		newMatch(), newNumber(), newPreset(), newBench(),
		newBackup(), newRestore(), newVerify(), newErase(), newVersion(),
	)
	return root
}

// flagError is wrong usage; of a flag that does not exist it names the nearest that does.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := option.Nearest(unknown.GetSpecifiedName(), names); near != "" {
			return usagef(cmd, "%v; did you mean --%s?", err, near)
		}
	}
	return usagef(cmd, "%v", err)
}

// group is a command that only holds others.
func group(use, short string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: subcommandOnly,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(children...)
	return cmd
}

func subcommandOnly(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2 // letters that are wrong
	text := fmt.Sprintf("unknown command %q for %s", args[0], cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return usagef(cmd, "%s", text)
}

// takes checks the number of arguments and names what is missing.
func takes(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return usagef(cmd, "%s needs %s", cmd.CommandPath(), names[len(args)])
		}
		if len(args) > len(names) {
			return usagef(cmd, "%s does not take %q", cmd.CommandPath(), args[len(names)])
		}
		return nil
	}
}

// takesAtLeast is takes with any number of further arguments.
func takesAtLeast(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return usagef(cmd, "%s needs %s", cmd.CommandPath(), names[len(args)])
		}
		return nil
	}
}
