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
	answer     func(*Instance, *Exchange) Answer
}

// methods are those that a batch may need. setSettings, which reboots an instance,
// is left out on purpose: a program that calls it gets 404, and its test fails.
var methods = []method{
	{SendContactMethod, http.MethodPost, (*Instance).sendContact},
	{"getStateInstance", http.MethodGet, (*Instance).getStateInstance},
	{"getSettings", http.MethodGet, (*Instance).getSettings},
	{"getWaSettings", http.MethodGet, (*Instance).getWaSettings},
	{"getMessagesCount", http.MethodGet, (*Instance).getMessagesCount},
	{"showMessagesQueue", http.MethodGet, (*Instance).showMessagesQueue},
	{"clearMessagesQueue", http.MethodGet, (*Instance).clearMessagesQueue},
	{"lastOutgoingMessages", http.MethodGet, (*Instance).lastOutgoingMessages},
	{"lastIncomingMessages", http.MethodGet, (*Instance).lastIncomingMessages},
	{"getMessage", http.MethodPost, (*Instance).getMessage},
	{"getChatHistory", http.MethodPost, (*Instance).getChatHistory},
	{"checkWhatsapp", http.MethodPost, (*Instance).checkWhatsapp},
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
