package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Texts of the service's 400 answers, seen bare and in the envelope.
const (
	TextStarting         = "instance in starting process try later"
	TextNotAuthorized    = "instance is starting or not authorized"
	TextNotAuthorizedOld = "instance account not authorized"
	TextDeleted          = "Instance is deleted"
	// TextExpired is seen only in part: the words around "account is expired"
	// are invented.
	TextExpired = "Instance account is expired. Extend it in the console"
)

// BodyUnauthorized is what comes with status 200 at times, though nothing was
// taken (seen).
const BodyUnauthorized = `{"code":401,"description":"Unauthorized"}`

// BodyIncomplete is what getMessage answers with status 200 at times (seen: #505).
const BodyIncomplete = `{"type":"outgoing","typeMessage":""}`

const nginxForbidden = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n" +
	"<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// Answer is one answer of the service. Without a ContentType it is JSON.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
}

func (a Answer) write(w http.ResponseWriter) {
	h := w.Header()
	if len(a.Body) > 0 {
		h.Set("Content-Type", cmp.Or(a.ContentType, "application/json; charset=utf-8"))
	}
	h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	w.Write(a.Body) // a client that has gone is no concern of the service
}

// ok is 200 with v as JSON. What is given to it can always be written.
func ok(v any) Answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return Answer{Status: http.StatusOK, Body: body}
}

// envelope is the form of most refusals (seen). Its path holds the token: that
// is the service's doing, and clients must not keep it.
func (s *Server) envelope(status int, path, message string) Answer {
	a := ok(struct {
		StatusCode int    `json:"statusCode"`
		Timestamp  string `json:"timestamp"`
		Path       string `json:"path"`
		Message    string `json:"message"`
	}{status, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), path, message})
	a.Status = status
	return a
}

// notFound is the 404 for a wrong verb or path: the token is in it twice (seen).
func (s *Server) notFound(r *http.Request) Answer {
	return s.envelope(http.StatusNotFound, r.URL.Path, "Cannot "+r.Method+" "+r.URL.Path)
}

// invalid is the 400 for a request that the service does not understand. The
// first words are documented; the details about contact.* are invented.
func (x *Exchange) invalid(details string) Answer {
	return x.envelope(http.StatusBadRequest, "Validation failed. Details: "+details)
}

func (x *Exchange) envelope(status int, message string) Answer {
	return x.instance.server.envelope(status, x.R.URL.Path, message)
}

// exceeded is the 466 of a method's month, or of a chat outside the plan's
// allowance. The form is documented, the descriptions are invented.
func exceeded(statuses map[string]usage) Answer {
	a := ok(statuses)
	a.Status = 466 // the service's own
	return a
}

type usage struct {
	Method      string `json:"method"`
	Used        int    `json:"used"`
	Total       int    `json:"total"`
	Status      string `json:"status"`
	Description string `json:"description"`
}
