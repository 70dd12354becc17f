// Package greenapi is the client of GREEN-API, the service that hands out the
// cards, and knows what each of its answers means.
//
// Three promises are kept here and nowhere else:
//
//   - A request is never sent twice by itself. The service has no key by which
//     it would know a repeated message, so whether to repeat is the caller's
//     decision, and the package's part is to say when that is safe: an Answer
//     is NotTaken only where that is certain, and Unknown wherever it is not.
//   - What an answer means is one pure function, interpret, that has a reading
//     for everything a server can say.
//   - The token, which the service wants inside the path of every URL, never
//     leaves the package: not in an error, an Answer, an entry or a log value.
//
// Comments that state a fact about the service say where it comes from:
// documented by its vendor, seen live, or inferred; a number such as #926 is
// one of the vendor's public issues.
package greenapi

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// answerLimit is what is read of one answer, or of one entry of a list.
const answerLimit = 1 << 20

// Options are what a Client can be told beside its account. Zero values stand
// for the defaults.
type Options struct {
	// Timeout, one minute, is for one answer, from asking for a connection to the last
	// byte of the body; of a list it is for each piece of the body.
	Timeout   time.Duration
	Workers   int // requests under way at once at the most: so many idle connections are kept; 16
	UserAgent string
	// Transport is used instead of the Client's own, for tests, and may carry http://
	// to any host. It must not send a request again by itself or follow redirects.
	// Where it does not report through httptrace, every failure is Unknown.
	Transport http.RoundTripper
}

// Client asks one instance of the service. It may be used concurrently. Its readings
// wait to keep to the service's limits a second; of cards, the caller does that.
type Client struct {
	id        string
	timeout   time.Duration
	transport http.RoundTripper
	redactor  redactor
	requests  map[string]*http.Request // by method
	limits    map[string]*rate.Limiter
	skew      atomic.Int64 // the service's clock less ours in nanoseconds, 0 until known
}

// New makes no request. Its error says everything that is wrong with the account.
func New(a Account, o Options) (*Client, error) {
	endpoint, err := a.endpoint()
	if err == nil && o.Transport == nil {
		err = checkSecret(endpoint)
	}
	if err != nil {
		return nil, err
	}
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	if o.Transport == nil {
		o.Transport = newTransport(cmp.Or(o.Workers, 16))
	}
	c := &Client{id: strings.TrimSpace(a.IDInstance), timeout: o.Timeout, transport: o.Transport, redactor: newRedactor(a.Token)}
	if err := c.prepare(endpoint, a.Token, cmp.Or(o.UserAgent, "contact-distributor")); err != nil {
		return nil, err
	}
	if err := checkProxy(o.Transport, c.requests[methodSendContact]); err != nil {
		return nil, err
	}
	return c, nil
}

// checkProxy finds a proxy that cannot be used before the first request does,
// which could not tell it from a request that got lost.
func checkProxy(rt http.RoundTripper, r *http.Request) error {
	t, ok := rt.(*http.Transport)
	if !ok || t.Proxy == nil {
		return nil
	}
	if _, err := t.Proxy(r); err != nil {
		return errProxyNotValid
	}
	return nil
}

// Timeout is how long one request can last.
func (c *Client) Timeout() time.Duration { return c.timeout }

// Close gives up the connections that are idle. Requests under way go on.
func (c *Client) Close() {
	if t, ok := c.transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Skew is how far the service's clock was ahead of this machine's when it last told
// its time, to about a second.
func (c *Client) Skew() (ahead time.Duration, known bool) {
	skew := c.skew.Load()
	return time.Duration(skew), skew != 0
}

// Format names the instance, and nothing else, for every verb of fmt.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "instance "+c.id) }

// methods are what the service is asked, with how often a second it may be
// (documented; of getMessagesCount inferred from the sister services): more would
// be answered with 429. Of cards, the caller takes care.
var methods = map[string]struct {
	verb      string
	perSecond rate.Limit
}{
	methodSendContact: {http.MethodPost, rate.Inf},
	methodMessage:     {http.MethodPost, 10},
	methodState:       {http.MethodGet, 1},
	methodSettings:    {http.MethodGet, 1},
	methodCount:       {http.MethodGet, 1},
	methodQueue:       {http.MethodGet, 1},
	methodJournal:     {http.MethodGet, 1},
}

// prepare makes the requests without their bodies, of which one is copied for each use
// and none is ever changed, and the limits.
func (c *Client) prepare(endpoint string, t Token, userAgent string) error {
	c.requests, c.limits = map[string]*http.Request{}, map[string]*rate.Limiter{}
	for name, method := range methods {
		r, err := http.NewRequest(method.verb, endpoint+name+"/"+url.PathEscape(t.reveal()), nil)
		if err != nil {
			return errURLForm
		}
		r.Header = http.Header{"User-Agent": {userAgent}}
		if method.verb == http.MethodPost {
			r.Header.Set("Content-Type", "application/json")
		}
		// A little less than the limit: requests made in time may arrive closer together.
		c.requests[name], c.limits[name] = r, rate.NewLimiter(0.95*method.perSecond, 1)
	}
	return nil
}

func (c *Client) wait(ctx context.Context, method string) error {
	if c.limits[method].Wait(ctx) == nil {
		return nil
	}
	return cmp.Or(ctx.Err(), context.DeadlineExceeded) // it would be over before the turn comes
}
