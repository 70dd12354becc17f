//go:build unix

package cli

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// proxy is a line between a program and a server that can be cut, held and
// delayed. It is invisible to both while nothing is done to it.
type proxy struct {
	dial  func() (net.Conn, error)
	speak func(*line) // carries one connection until it ends

	listener net.Listener
	mu       sync.Mutex
	lines    map[*line]bool
	away     bool          // nobody is let through
	flows    chan struct{} // is closed while bytes may pass
	heldFrom time.Time
	delay    time.Duration // of each thing that is asked
	tap      func(*station) bool
}

// line is one connection through a proxy.
type line struct {
	p              *proxy
	client, server net.Conn
}

func newProxy(t testing.TB, dial func() (net.Conn, error), speak func(*line)) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{dial: dial, speak: speak, listener: listener, lines: map[*line]bool{}, flows: make(chan struct{})}
	close(p.flows)
	var lines sync.WaitGroup
	lines.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			lines.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() { listener.Close(); p.leave(); p.release(); lines.Wait() })
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	p.mu.Lock()
	dial := p.dial
	p.mu.Unlock()
	server, err := dial()
	if err != nil {
		return
	}
	defer server.Close()
	l := &line{p, client, server}
	p.mu.Lock()
	isAway := p.away
	p.lines[l] = true
	p.mu.Unlock()
	if !isAway {
		p.speak(l)
	}
	p.mu.Lock()
	delete(p.lines, l)
	p.mu.Unlock()
}

// cut ends all connections. New ones can be made.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.lines {
		l.cut()
	}
}

func (l *line) cut() { l.client.Close(); l.server.Close() }

// leave ends all connections, and new ones, until comeBack.
func (p *proxy) leave() {
	p.mu.Lock()
	p.away = true
	p.mu.Unlock()
	p.cut()
}

func (p *proxy) comeBack() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = false
}

// lead has new connections end at another server.
func (p *proxy) lead(dial func() (net.Conn, error)) {
	p.mu.Lock()
	p.dial = dial
	p.mu.Unlock()
	p.cut()
}

// hold lets nothing pass, and tells nobody, until release.
func (p *proxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isFlowing() {
		p.flows, p.heldFrom = make(chan struct{}), time.Now()
	}
}

// release lets pass what was held, but for what was held so long that a service
// would not take it any more.
func (p *proxy) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isFlowing() {
		return
	}
	if time.Since(p.heldFrom) > fleetLateness {
		for l := range p.lines {
			l.cut()
		}
	}
	close(p.flows)
}

// isFlowing reports whether bytes may pass. The proxy is locked.
func (p *proxy) isFlowing() bool {
	select {
	case <-p.flows:
		return true
	default:
		return false
	}
}

// slow delays all that is asked from now on.
func (p *proxy) slow(delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = delay
}

// listen has a tap look at the stations of each transaction, in the place of any
// other; see [station].
func (p *proxy) listen(tap func(*station) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tap = tap
}

// pass waits until bytes may pass.
func (p *proxy) pass() {
	p.mu.Lock()
	flows := p.flows
	p.mu.Unlock()
	<-flows
}

func (p *proxy) wait() {
	p.mu.Lock()
	delay := p.delay
	p.mu.Unlock()
	time.Sleep(delay)
}

// speakBytes carries what it does not understand.
func speakBytes(l *line) {
	carry := func(from, to net.Conn) {
		buffer := make([]byte, 32<<10)
		for {
			n, err := from.Read(buffer)
			if n > 0 {
				if from == l.client {
					l.p.wait()
				}
				l.p.pass()
				if _, err := to.Write(buffer[:n]); err != nil {
					break
				}
			}
			if err != nil {
				break
			}
		}
		l.cut()
	}
	var both sync.WaitGroup
	both.Go(func() { carry(l.client, l.server) })
	carry(l.server, l.client)
	both.Wait()
}

// stationKind says how far a transaction is.
type stationKind string

const (
	asks          stationKind = "asks"             // a statement has not reached the server yet
	inTransaction stationKind = "in a transaction" // the server has answered, and waits for more
	asksToCommit  stationKind = "asks to commit"   // the server has not been asked yet
	isCommitted   stationKind = "is committed"     // or rolled back; the client does not know it yet
)

// station is where a transaction of a program is. A tap that reports false cuts the
// line there; it may also block.
type station struct {
	kind       stationKind
	statements []string // of the transaction so far
}

// has reports whether a statement of the transaction has all these words.
func (s *station) has(words ...string) bool {
	for _, statement := range s.statements {
		rest, found := statement, true
		for _, word := range words {
			if _, rest, found = strings.Cut(rest, word); !found {
				break
			}
		}
		if found {
			return true
		}
	}
	return false
}

// speakPostgres carries the messages of PostgreSQL's protocol, and tells the tap of
// the stations of each transaction.
func speakPostgres(l *line) {
	c := &conversation{line: l, prepared: map[string]string{}}
	var both sync.WaitGroup
	both.Go(func() { c.carryQuestions(); l.cut() })
	c.carryAnswers()
	l.cut()
	both.Wait()
}

// conversation knows the statements of a connection.
type conversation struct {
	*line
	mu         sync.Mutex
	prepared   map[string]string // name to statement
	statements []string          // of the transaction
	begun      bool              // it is one that begin began
}

func (c *conversation) reach(kind stationKind) bool {
	c.p.mu.Lock()
	tap := c.p.tap
	c.p.mu.Unlock()
	if tap == nil {
		return true
	}
	c.mu.Lock()
	s := &station{kind, append([]string(nil), c.statements...)}
	c.mu.Unlock()
	return tap(s)
}

// carryQuestions begins with the message that has no kind.
func (c *conversation) carryQuestions() {
	from := bufio.NewReader(c.client)
	first, err := readMessage(from, 0)
	for err == nil {
		c.p.pass()
		if _, err = c.server.Write(first); err != nil {
			return
		}
		if first, err = readMessage(from, 1); err == nil && !c.ask(first) {
			return
		}
	}
}

// ask looks at a message of the client, and reports whether it may pass.
func (c *conversation) ask(message []byte) bool {
	body := message[5:]
	switch message[0] {
	case 'Q':
		c.p.wait()
		statement, _ := cutString(body)
		return c.begins(statement)
	case 'P':
		name, rest := cutString(body)
		statement, _ := cutString(rest)
		c.mu.Lock()
		c.prepared[name] = statement
		c.mu.Unlock()
	case 'B':
		_, rest := cutString(body)
		name, _ := cutString(rest)
		c.mu.Lock()
		statement := c.prepared[name]
		c.mu.Unlock()
		return c.begins(statement)
	case 'S':
		c.p.wait()
	}
	return true
}

// begins takes note of a statement, and reports whether it may pass.
func (c *conversation) begins(statement string) bool {
	if word := strings.ToLower(strings.TrimRight(strings.TrimSpace(statement), ";")); word == "commit" {
		return c.reach(asksToCommit)
	}
	c.mu.Lock()
	c.statements = append(c.statements, statement)
	c.mu.Unlock()
	return c.reach(asks)
}

func (c *conversation) carryAnswers() {
	from := bufio.NewReader(c.server)
	for {
		message, err := readMessage(from, 1)
		if err != nil || !c.hear(message) {
			return
		}
		c.p.pass()
		if _, err := c.client.Write(message); err != nil {
			return
		}
	}
}

// hear looks at a message of the server, and reports whether it may pass.
func (c *conversation) hear(message []byte) bool {
	switch body := message[5:]; message[0] {
	case 'C':
		tag, _ := cutString(body)
		if c.begun = tag == "BEGIN" || c.begun && tag != "COMMIT" && tag != "ROLLBACK"; !c.begun {
			return c.reach(isCommitted)
		}
	case 'Z':
		if body[0] == 'T' {
			return c.reach(inTransaction)
		}
		c.mu.Lock()
		c.statements = nil
		c.mu.Unlock()
	}
	return true
}

// readMessage reads a message whose length stands behind so many bytes.
func readMessage(r *bufio.Reader, kind int) ([]byte, error) {
	head, err := r.Peek(kind + 4)
	if err != nil {
		return nil, err
	}
	message := make([]byte, kind+int(binary.BigEndian.Uint32(head[kind:])))
	_, err = io.ReadFull(r, message)
	return message, err
}

// cutString takes a string that ends with a zero byte off.
func cutString(b []byte) (s string, rest []byte) {
	text, after, _ := strings.Cut(string(b), "\x00")
	return text, []byte(after)
}
