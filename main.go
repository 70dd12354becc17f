// Command contact-distributor hands out contact cards on WhatsApp from CSV
// files, through GREEN-API.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"contact-distributor/batch/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the process at once
	os.Exit(cli.Main(ctx, os.Args[1:], cli.Streams{Out: os.Stdout, Err: os.Stderr}))
}
