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

// Pipe carries HTTP from net/http's client to net/http's server within the
// process, without sockets: also in a bubble of testing/synctest, where it must
// be closed before the bubble ends. Its methods may be called concurrently.
type Pipe struct {
	handler http.Handler
	server  *http.Server
	conns   chan net.Conn
	closed  chan struct{}
	once    sync.Once
	down    atomic.Bool
	served  chan struct{}
}

// NewPipe starts a server of h; Close ends it.
func NewPipe(h http.Handler) *Pipe {
	p := &Pipe{
		handler: h,
		server:  &http.Server{Handler: h},
		conns:   make(chan net.Conn),
		closed:  make(chan struct{}),
		served:  make(chan struct{}),
	}
	go func() {
		defer close(p.served)
		p.server.Serve((*pipeListener)(p))
	}()
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
	case <-p.closed:
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

// SetDown makes new connections be refused, or taken again. Those that exist are
// left alone.
func (p *Pipe) SetDown(down bool) { p.down.Store(down) }

// Close closes the handler, if it is an [io.Closer] as [Server] is, and all
// connections, and returns when no new one can be had. It may be called more
// than once.
func (p *Pipe) Close() error {
	p.once.Do(func() { close(p.closed) })
	if c, ok := p.handler.(io.Closer); ok {
		c.Close()
	}
	err := p.server.Close()
	<-p.served
	return err
}

// pipeListener is the server's side of a Pipe.
type pipeListener Pipe

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
