// Command contact-distributor hands out contact cards on WhatsApp from CSV
// files, through GREEN-API.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"contact-distributor/batch/cli"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a reader that goes away must not end a run in the middle
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup does
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, func() {
		time.Sleep(time.Second) // of one order to stop, which may come twice: to the process and to its group
		stop()                  // the next signal ends the process at once
	})
	os.Exit(cli.Main(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
