package sandbox

import (
	"io"
	"net/http"
	"strings"
)

// SendContactMethod is the name of the method that takes messages.
const SendContactMethod = "sendContact"

// maxBody is how long a JSON body may be; more is answered with 500 (documented).
const maxBody = 100 << 10

type method struct {
	verb   string
	answer func(*Instance, *Exchange) Answer
}

// methods are those that a batch may need. setSettings, which reboots an
// instance, and clearMessagesQueue, which loses messages, are left out on
// purpose: a program that calls them gets 404, and its test fails.
var methods = map[string]method{
	SendContactMethod:      {http.MethodPost, (*Instance).sendContact},
	"getStateInstance":     {http.MethodGet, (*Instance).getStateInstance},
	"getSettings":          {http.MethodGet, (*Instance).getSettings},
	"getMessagesCount":     {http.MethodGet, (*Instance).getMessagesCount},
	"showMessagesQueue":    {http.MethodGet, (*Instance).showMessagesQueue},
	"lastOutgoingMessages": {http.MethodGet, (*Instance).lastOutgoingMessages},
	"getMessage":           {http.MethodPost, (*Instance).getMessage},
	"checkWhatsapp":        {http.MethodPost, (*Instance).checkWhatsapp},
}

// route finds the instance and the name of the method, or says why not. A pool
// knows its instances before anything else, so a wrong one never gets past nginx
// (seen); an unknown path is 404 whatever the token (seen).
func (s *Server) route(r *http.Request) (in *Instance, name string, refusal *Answer) {
	id, name, token, ok := splitPath(r.URL.Path)
	if !ok {
		return nil, "", s.notFound(r)
	}
	if in = s.Instance(id); in == nil {
		return nil, "", &Answer{Status: http.StatusForbidden, ContentType: "text/html", Body: []byte(nginxForbidden)}
	}
	if m, ok := methods[name]; !ok || m.verb != r.Method {
		return nil, "", s.notFound(r)
	}
	if token != in.token {
		return nil, "", &Answer{Status: http.StatusUnauthorized}
	}
	return in, name, nil
}

// splitPath takes /waInstance{id}/{method}/{token} apart, and nothing else.
func splitPath(path string) (id, name, token string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/waInstance")
	if !ok {
		return "", "", "", false
	}
	id, rest, _ = strings.Cut(rest, "/")
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
