package greenapi

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

func (a *attempt) onConnection(got httptrace.GotConnInfo) {
	a.connected.Store(true)
	conn := got.Conn
	for {
		wrapped, ok := conn.(interface{ NetConn() net.Conn }) // TLS
		if !ok {
			break
		}
		conn = wrapped.NetConn()
	}
	if c, ok := conn.(*connection); ok {
		c.newest.Store(a)
	}
}

// connection asks before each piece of a request whether it may begin: after the look that
// came before, it may have taken long to connect, or the process stood still. A request that
// is cut short is none.
type connection struct {
	net.Conn
	newest atomic.Pointer[attempt]
}

func (c *connection) Write(p []byte) (int, error) {
	if a := c.newest.Load(); a != nil && a.mayBegin != nil {
		if err := a.mayBegin(); err != nil {
			a.refused.Store(!a.begun.Load())
			return 0, err
		}
		a.begun.Store(true)
	}
	return c.Conn.Write(p)
}

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &connection{Conn: conn}, nil
}

const (
	// dialTimeout is for a connection, and again for its TLS handshake.
	dialTimeout = 10 * time.Second
	// idleTimeout is below the shortest time after which common servers close
	// an idle connection (Node 5 s, nginx 75 s), so that it is nearly always
	// we who close it and no request runs into a connection that is going.
	idleTimeout = 4 * time.Second
	// spareConnections are for the getters, beside one for each worker.
	spareConnections = 2
)

// newTransport is HTTP/1.1 only: over HTTP/2 net/http sends a POST again by
// itself when the server refuses the stream. Connections are dialled with
// little patience, since nothing is in doubt until there is one.
func newTransport(workers int) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dial,
		TLSHandshakeTimeout:    dialTimeout,
		Protocols:              protocols,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    workers + spareConnections,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
