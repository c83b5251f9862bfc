package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is what this binary was built from: the module's version, else the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unknown"
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: takes(),
		Run: func(cmd *cobra.Command, _ []string) { say(cmd, "ringdex %s", version()) },
	}
}
