package sandbox

import (
	"io"
	"net/http"
	"slices"
	"strings"
)

// SendContactMethod is the name of the method that takes messages.
const SendContactMethod = "sendContact"

// maxBody is how long a JSON body may be; more is answered with 500 (documented).
const maxBody = 100 << 10

type method struct {
	name, verb string
	perSecond  int
	answer     func(*Instance, *Exchange) Answer
}

// methods are those that a batch may need. setSettings, which reboots an instance,
// is left out on purpose: a program that calls it gets 404, and its test fails. The
// limits of getMessagesCount, clearMessagesQueue, getWaSettings and getChatHistory
// are taken from the sister services' tables, the others are documented.
var methods = []method{
	{SendContactMethod, http.MethodPost, 50, (*Instance).sendContact},
	{"getStateInstance", http.MethodGet, 1, (*Instance).getStateInstance},
	{"getSettings", http.MethodGet, 1, (*Instance).getSettings},
	{"getWaSettings", http.MethodGet, 1, (*Instance).getWaSettings},
	{"getMessagesCount", http.MethodGet, 1, (*Instance).getMessagesCount},
	{"showMessagesQueue", http.MethodGet, 1, (*Instance).showMessagesQueue},
	{"clearMessagesQueue", http.MethodGet, 1, (*Instance).clearMessagesQueue},
	{"lastOutgoingMessages", http.MethodGet, 1, (*Instance).lastOutgoingMessages},
	{"lastIncomingMessages", http.MethodGet, 1, (*Instance).lastIncomingMessages},
	{"getMessage", http.MethodPost, 10, (*Instance).getMessage},
	{"getChatHistory", http.MethodPost, 1, (*Instance).getChatHistory},
	{"checkWhatsapp", http.MethodPost, 10, (*Instance).checkWhatsapp},
}

// route finds the instance and the method, or says why not. A pool knows its
// instances before anything else, so a wrong one never gets past nginx (seen); an
// unknown path is 404 whatever the token (seen). Words are taken in letters of any
// case, as the PHP client writes them (seen).
func (s *Server) route(r *http.Request, h http.Header) (in *Instance, m method, refusal *Answer) {
	id, name, token, ok := splitPath(r.URL.Path)
	if !ok {
		return nil, m, s.notFound(r)
	}
	if in = s.Instance(id); in == nil {
		return nil, m, &Answer{Status: http.StatusForbidden, ContentType: "text/html", Body: []byte(nginxForbidden)}
	}
	i := slices.IndexFunc(methods, func(m method) bool { return strings.EqualFold(m.name, name) && m.verb == r.Method })
	if i < 0 {
		return nil, m, s.notFound(r)
	}
	m = methods[i]
	if token != in.token {
		a := in.unauthorized(h, m.name)
		return nil, m, &a
	}
	return in, m, nil
}

// splitPath takes /waInstance{id}/{method}/{token} apart, and nothing else.
func splitPath(path string) (id, name, token string, ok bool) {
	const mark = "/waInstance"
	if len(path) < len(mark) || !strings.EqualFold(path[:len(mark)], mark) {
		return "", "", "", false
	}
	id, rest, _ := strings.Cut(path[len(mark):], "/")
	name, token, _ = strings.Cut(rest, "/")
	return id, name, token, id != "" && name != "" && token != "" && !strings.Contains(token, "/")
}

// readBody reads one byte more than a body may have, so that its length tells.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(r.Body, maxBody+1))
}
