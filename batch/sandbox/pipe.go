package sandbox

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
)

// Pipe carries HTTP from net/http's client to its server without sockets: also in a
// bubble of testing/synctest, where it must be closed before the bubble ends. Its methods
// may be called concurrently.
type Pipe struct {
	server http.Server
	conns  chan net.Conn
	closed context.Context
	close  context.CancelFunc
	down   atomic.Bool
	served sync.WaitGroup
}

// NewPipe starts a server of h; Close ends it.
func NewPipe(h http.Handler) *Pipe {
	p := &Pipe{server: http.Server{Handler: h}, conns: make(chan net.Conn)}
	p.closed, p.close = context.WithCancel(context.Background())
	p.served.Go(func() { p.server.Serve((*pipeListener)(p)) })
	return p
}

// DialContext connects to the server whatever the address, for an
// [http.Transport] of one's own.
func (p *Pipe) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if p.down.Load() {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed.Done():
		return nil, &net.OpError{Op: "dial", Net: network, Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
	}
}

// Transport is a new transport that dials the pipe. Its user closes its idle
// connections, or the pipe.
func (p *Pipe) Transport() *http.Transport {
	return &http.Transport{DialContext: p.DialContext, MaxIdleConnsPerHost: 64}
}

// SetDown makes new connections be refused, or taken again.
func (p *Pipe) SetDown(down bool) { p.down.Store(down) }

// Close closes the handler, if it is an [io.Closer] as [Server] is, and all
// connections. It may be called more than once.
func (p *Pipe) Close() error {
	p.close()
	if c, ok := p.server.Handler.(io.Closer); ok {
		c.Close()
	}
	err := p.server.Close()
	p.served.Wait()
	return err
}

type pipeListener Pipe

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed.Done():
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
