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
		c.next.Store(a)
	}
}

// connection asks before the first byte of a request whether it may begin: after the look
// that came before, it may have taken long to connect, or the process stood still.
type connection struct {
	net.Conn
	next atomic.Pointer[attempt] // of which nothing is written yet
}

func (c *connection) Write(p []byte) (int, error) {
	if a := c.next.Swap(nil); a != nil && a.mayBegin != nil {
		if err := a.mayBegin(); err != nil {
			a.refused.Store(true)
			return 0, err
		}
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
