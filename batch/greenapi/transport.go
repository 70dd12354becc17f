package greenapi

import (
	"net"
	"net/http"
	"time"
)

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
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSHandshakeTimeout:    dialTimeout,
		Protocols:              protocols,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    workers + spareConnections,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
