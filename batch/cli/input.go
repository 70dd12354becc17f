package cli

import (
	"context"
	"errors"
	"io"
	"os"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

const (
	stdinName = "stdin.csv" // names the outputs for standard input, which is named -
	maxStdin  = 2<<30 + 1   // bytes; more than a file may have, so that it is refused
)

// openInput opens a file to be read, or a copy of standard input, which is gone when it is
// closed. Where ctx is done meanwhile, the error is any.
func openInput(ctx context.Context, s Streams, path string, how csvmodel.Options) (in batch.Input, err error) {
	var file *os.File
	if path == "-" {
		path = stdinName
		file, err = copyInput(ctx, s.In)
	} else {
		file, err = csvmodel.Open(path)
	}
	if err != nil {
		return in, msg.Problem("error.file", msg.Args{"File": path, "Err": err})
	}
	stop := context.AfterFunc(ctx, func() { file.Close() })
	in, err = batch.ReadInput(file, path, how)
	if !stop() && err == nil {
		return batch.Input{}, errors.Join(ctx.Err(), in.Close())
	}
	return in, err
}

// copyInput leaves the copying behind when ctx is done: nothing else ends it while nobody
// writes.
func copyInput(ctx context.Context, from io.Reader) (*os.File, error) {
	file, err := os.CreateTemp("", ".contact-distributor-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(file, io.LimitReader(from, maxStdin))
		copied <- err
	}()
	select {
	case err = <-copied:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func interrupted(s Streams, l msg.Language) error {
	printError(s.Err, l, msg.Problem("error.interrupted", nil))
	return statusError(exitLater)
}
