package greenapi

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
)

// attempt watches how far one request gets.
type attempt struct {
	requested, connected, wroteHead atomic.Bool
	trace                           httptrace.ClientTrace
}

// watch gives the context under which the request is to be made.
func watch(ctx context.Context) (*attempt, context.Context) {
	a := &attempt{}
	a.trace.GetConn = func(string) { a.requested.Store(true) }
	a.trace.GotConn = func(httptrace.GotConnInfo) { a.connected.Store(true) }
	a.trace.WroteHeaders = func() { a.wroteHead.Store(true) }
	return a, httptrace.WithClientTrace(ctx, &a.trace)
}

// unwritten is true only where it is proven that no server can have acted on
// the request, which is to be asked after it has failed: no connection was
// got; or one was, and its head was never finished.
//
// The second is the connection that the server closed, while it was idle, in
// the very moment it was picked up again. WroteHeaders comes when the head is
// in the buffer of the connection, before anything of the body is; without it
// at most a part of a head has left, which no server takes for a request. When
// RoundTrip fails, net/http has waited for the writing side of the connection
// to end, so the hook cannot come later. Where the hook did come, bytes may
// have left, and that is Unknown, although most such requests never arrive.
// What keeps these few is that idle connections are given up early (see
// idleTimeout) and not picked up again once the server's close has been seen.
//
// A RoundTripper that does not report through httptrace proves nothing.
func (a *attempt) unwritten() bool {
	return a.requested.Load() && !(a.connected.Load() && a.wroteHead.Load())
}
