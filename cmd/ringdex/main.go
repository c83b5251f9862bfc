package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	// Time zones are part of the program: a minimal container has none.
	_ "time/tzdata"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// Exit codes of the outside contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// execute runs one command line. What went wrong is one line on standard error that says what to do next.
func execute(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var usage *usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(os.Stderr, "ringdex: %v\nRun `%s --help` for what it takes.\n", err, usage.command)
		return exitUsage
	}
	var quiet *quietError
	if !errors.As(err, &quiet) {
		fmt.Fprintf(os.Stderr, "ringdex: %v\n", err)
	}
	return exitFailed
}
