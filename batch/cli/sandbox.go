package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/sandbox"
)

// The imitation's only account. It is no secret.
const (
	sandboxInstance = "1101000001"
	sandboxToken    = "sandbox0token0that0opens0nothing0anywhere0else0000"
)

func newSandbox(s Streams) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serves an imitation of GREEN-API on localhost, to try things out",
		Long: `Serves an imitation of GREEN-API on localhost until it is interrupted, and
prints the variables to copy into another terminal. Nothing reaches WhatsApp.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serveSandbox(cmd.Context(), s, addr) },
	}
	cmd.Flags().StringVar(&addr, "listen", "127.0.0.1:7105", "`ADDRESS` of this machine to listen on")
	fromEnvironment(cmd)
	return cmd
}

func serveSandbox(ctx context.Context, s Streams, addr string) error {
	if err := checkLoopback(addr); err != nil {
		return usageError{err}
	}
	account, stop, err := startSandbox(addr)
	if err != nil {
		return usageError{fmt.Errorf("--listen %s: %w: end what listens there, or choose another port", addr, err)}
	}
	defer stop()
	fmt.Fprintf(s.Out, "export GREENAPI_API_URL=%s\nexport GREENAPI_ID_INSTANCE=%s\nexport %s=%s\n",
		account.APIURL, account.IDInstance, tokenVariable, sandboxToken)
	fmt.Fprintln(s.Err, `
Copy these lines into another terminal, and add --ledger sandbox.db to what you
try there, so that your own ledger learns nothing of it. Ctrl-C ends the sandbox.

Some chats behave as real ones do on a bad day:`)
	for _, chat := range sandbox.DemoChats() {
		fmt.Fprintf(s.Err, "  %s  %s\n", chat.ChatID, chat.Does)
	}
	<-ctx.Done()
	return nil
}

// checkLoopback keeps the imitation, which has no secrets to protect it, on
// this machine.
func checkLoopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("--listen %s: needs an address and a port, such as 127.0.0.1:7105", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("--listen: the sandbox is served on this machine only, such as on 127.0.0.1:7105")
	}
	return nil
}

// startSandbox serves the imitation until stop is called.
func startSandbox(addr string) (account greenapi.Account, stop func(), err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return account, nil, err
	}
	imitation := sandbox.New(sandbox.Options{Demo: true, Seed: uint64(time.Now().UnixNano())})
	imitation.AddInstance(sandboxInstance, sandboxToken)
	server := &http.Server{Handler: imitation, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(listener)
	}()
	account = greenapi.Account{
		APIURL: "http://" + listener.Addr().String(), IDInstance: sandboxInstance, Token: greenapi.NewToken(sandboxToken),
	}
	return account, func() {
		imitation.Close()
		server.Close()
		<-done
	}, nil
}
