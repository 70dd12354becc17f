package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel/msg"
)

const sandboxInstance = "1101000001"

type imitationOptions struct {
	addr              string
	delay, others     time.Duration
	yellow, suspended int // cards
	quirks            []string
	language          msg.Language
}

func newSandbox(s Streams) *cobra.Command {
	var o imitationOptions
	cmd := newCommand("sandbox", cobra.NoArgs, func(ctx context.Context, _ []string) error { return serveSandbox(ctx, s, o) })
	for _, q := range sandbox.Quirks() {
		cmd.Long += fmt.Sprintf("\n  %-15s %s", q.Name, q.Does)
	}
	f := cmd.Flags()
	f.StringVar(&o.addr, "listen", "127.0.0.1:7105", "`ADDRESS` of this machine to listen on")
	f.DurationVar(&o.delay, "delay", sandbox.DefaultConfig().Delay, "`TIME` from one message that leaves the queue to the next, as set in the console")
	f.IntVar(&o.yellow, "yellow-card", 0, "give the account a yellow card when it has taken `N` cards (default: never)")
	f.IntVar(&o.suspended, "suspended", 0, "suspend the account, as a yellow card is called since July 2026, when it has taken `N` cards (default: never)")
	f.StringSliceVar(&o.quirks, "quirk", nil, "`NAMES` of that table, with commas between them")
	f.DurationVar(&o.others, "others", 0, "`TIME` from one message of another sender on the same account to the next (default: there is none)")
	languageFlag(cmd, &o.language)
	return cmd
}

func (o imitationOptions) check() error {
	if err := check(
		rule{o.delay < 0, "usage.no-less", ofFlag("--delay", o.delay)},
		rule{o.yellow < 0, "usage.cards", msg.Args{"Flag": "--yellow-card", "Value": o.yellow}},
		rule{o.suspended < 0, "usage.cards", msg.Args{"Flag": "--suspended", "Value": o.suspended}},
		rule{o.others < 0, "usage.above-zero", ofFlag("--others", o.others)}); err != nil {
		return err
	}
	var names []string
	for _, q := range sandbox.Quirks() {
		names = append(names, q.Name)
	}
	for _, name := range o.quirks {
		if !slices.Contains(names, name) {
			return msg.Problem("usage.quirk", msg.Args{"Value": name, "Names": strings.Join(names, ", ")})
		}
	}
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil {
		return msg.Problem("usage.listen", msg.Args{"Value": o.addr})
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return msg.Problem("usage.listen-here", nil)
	}
	return nil
}

func serveSandbox(ctx context.Context, s Streams, o imitationOptions) error {
	if err := o.check(); err != nil {
		return usageError{err}
	}
	token := newToken()
	account, stop, err := startSandbox(o, token)
	if err != nil {
		return usageError{msg.Problem("usage.listen-busy", msg.Args{"Value": o.addr, "Err": err})}
	}
	defer stop()
	fmt.Fprintf(s.Out, "export GREENAPI_API_URL=%s\nexport GREENAPI_ID_INSTANCE=%s\nexport %s=%s\n",
		account.APIURL, account.IDInstance, tokenVariable, token)
	fmt.Fprint(s.Err, terminal.Words(terminal.Language(o.language), "sandbox.how"))
	for _, chat := range sandbox.DemoChats() {
		fmt.Fprintf(s.Err, "  %s  %s\n", chat.ChatID, chat.Does)
	}
	<-ctx.Done()
	return nil
}

// newToken looks like one of the service.
func newToken() string { return hex.EncodeToString([]byte(rand.Text()[:25])) }

func startSandbox(o imitationOptions, token string) (account greenapi.Account, stop func(), err error) {
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return account, nil, err
	}
	imitation := o.imitation(token)
	server := &http.Server{Handler: sandbox.Guard(imitation), ReadHeaderTimeout: time.Minute}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { server.Serve(listener) })
	running.Go(func() { o.writeOthers(ctx, imitation.Instance(sandboxInstance)) })
	account = greenapi.Account{APIURL: "http://" + listener.Addr().String(), IDInstance: sandboxInstance, Token: greenapi.NewToken(token)}
	return account, func() {
		cancel()
		imitation.Close()
		server.Close()
		running.Wait()
	}, nil
}

func (o imitationOptions) imitation(token string) *sandbox.Server {
	var taken atomic.Int64
	var account *sandbox.Instance
	imitation := sandbox.New(sandbox.Options{Demo: true, Seed: uint64(time.Now().UnixNano()), OnEvent: func(e sandbox.Event) {
		if e.Kind != sandbox.Taken {
			return
		}
		switch taken.Add(1) {
		case int64(o.yellow):
			account.Configure(func(c *sandbox.Config) { c.State = sandbox.YellowCard })
		case int64(o.suspended):
			until := time.Now().Add(24 * time.Hour)
			account.Configure(func(c *sandbox.Config) { c.State, c.SuspendedUntil = sandbox.Suspended, until })
		}
	}})
	account = imitation.AddInstance(sandboxInstance, token)
	account.Configure(func(c *sandbox.Config) { c.Delay = o.delay })
	for _, q := range sandbox.Quirks() {
		if slices.Contains(o.quirks, q.Name) {
			q.Apply(account)
		}
	}
	return imitation
}

func (o imitationOptions) writeOthers(ctx context.Context, account *sandbox.Instance) {
	ticks := time.Tick(o.others) // nil, which never ticks, where there are no others
	for {
		select {
		case <-ticks:
			account.Foreign(sandbox.SendContact{ChatID: "11000000001@c.us"})
		case <-ctx.Done():
			return
		}
	}
}
