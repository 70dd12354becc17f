package cli

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel/msg"
)

// The imitation's only account. It is no secret.
const (
	sandboxInstance = "1101000001"
	sandboxToken    = "sandbox0token0that0opens0nothing0anywhere0else0000"
)

// imitationOptions are how the imitation behaves.
type imitationOptions struct {
	addr   string
	delay  time.Duration
	yellow int
	others time.Duration

	language msg.Language
}

func newSandbox(s Streams) *cobra.Command {
	var o imitationOptions
	cmd := newCommand("sandbox", cobra.NoArgs, func(ctx context.Context, _ []string) error { return serveSandbox(ctx, s, o) })
	f := cmd.Flags()
	f.StringVar(&o.addr, "listen", "127.0.0.1:7105", "`ADDRESS` of this machine to listen on")
	f.DurationVar(&o.delay, "delay", sandbox.DefaultConfig().Delay, "`TIME` from one message that leaves the queue to the next, as set in the console")
	f.IntVar(&o.yellow, "yellow-card", 0, "give the account a yellow card when it has taken `N` cards (default: never)")
	f.DurationVar(&o.others, "others", 0, "`TIME` from one message of another sender on the same account to the next (default: there is none)")
	languageFlag(cmd, &o.language)
	return cmd
}

// check finds wrong use.
func (o imitationOptions) check() error {
	switch {
	case o.delay < 0:
		return msg.Problem("usage.no-less", msg.Args{"Flag": "--delay", "Value": o.delay.String()})
	case o.yellow < 0:
		return msg.Problem("usage.yellow-card", msg.Args{"Value": o.yellow})
	case o.others < 0:
		return msg.Problem("usage.above-zero", msg.Args{"Flag": "--others", "Value": o.others.String()})
	}
	return checkLoopback(o.addr)
}

func serveSandbox(ctx context.Context, s Streams, o imitationOptions) error {
	if err := o.check(); err != nil {
		return usageError{err}
	}
	account, stop, err := startSandbox(o)
	if err != nil {
		return usageError{msg.Problem("usage.listen-busy", msg.Args{"Value": o.addr, "Err": err})}
	}
	defer stop()
	fmt.Fprintf(s.Out, "export GREENAPI_API_URL=%s\nexport GREENAPI_ID_INSTANCE=%s\nexport %s=%s\n",
		account.APIURL, account.IDInstance, tokenVariable, sandboxToken)
	fmt.Fprint(s.Err, terminal.Words(terminal.Language(o.language), "sandbox.how"))
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
		return msg.Problem("usage.listen", msg.Args{"Value": addr})
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return msg.Problem("usage.listen-here", nil)
	}
	return nil
}

// startSandbox serves the imitation until stop is called.
func startSandbox(o imitationOptions) (account greenapi.Account, stop func(), err error) {
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return account, nil, err
	}
	imitation := o.imitation()
	server := &http.Server{Handler: imitation, ReadHeaderTimeout: time.Minute}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { server.Serve(listener) })
	running.Go(func() { o.writeOthers(ctx, imitation.Instance(sandboxInstance)) })
	account = greenapi.Account{
		APIURL: "http://" + listener.Addr().String(), IDInstance: sandboxInstance, Token: greenapi.NewToken(sandboxToken),
	}
	return account, func() {
		cancel()
		imitation.Close()
		server.Close()
		running.Wait()
	}, nil
}

// imitation is one with an account that behaves as o says.
func (o imitationOptions) imitation() *sandbox.Server {
	var taken atomic.Int64
	var account *sandbox.Instance
	imitation := sandbox.New(sandbox.Options{Demo: true, Seed: uint64(time.Now().UnixNano()), OnEvent: func(e sandbox.Event) {
		if e.Kind == sandbox.Taken && taken.Add(1) == int64(o.yellow) {
			account.Configure(func(c *sandbox.Config) { c.State = sandbox.YellowCard })
		}
	}})
	account = imitation.AddInstance(sandboxInstance, sandboxToken)
	account.Configure(func(c *sandbox.Config) { c.Delay = o.delay })
	return imitation
}

// writeOthers is another sender on the account, if there is one.
func (o imitationOptions) writeOthers(ctx context.Context, account *sandbox.Instance) {
	if o.others == 0 {
		return
	}
	ticker := time.NewTicker(o.others)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			account.Foreign(sandbox.SendContact{ChatID: "11000000001@c.us"})
		case <-ctx.Done():
			return
		}
	}
}
