package cli

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"contact-distributor/batch/sandbox"
)

const (
	imitationInstance = "1101000007"
	imitationToken    = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75e"
)

// imitation is the service that a script talks to.
type imitation struct {
	account *sandbox.Instance
	url     string
	add     func(id string) *sandbox.Instance
	others  map[string]*sandbox.Instance // by their names in a file of accounts
	arrived chan struct{}                // has one element for each sendContact request
	free    chan struct{}                // is closed when held requests may go on
	release sync.Once
}

type imitationKey struct{}

func theImitation(ts *testscript.TestScript) *imitation {
	return ts.Value(imitationKey{}).(*imitation)
}

// faults is what a script can make go wrong with each sendContact request.
var faults = map[string]sandbox.Action{
	"none":           func(*sandbox.Exchange) bool { return false },
	"401":            sandbox.Respond(http.StatusUnauthorized, ""),
	"200-with-401":   sandbox.Respond(http.StatusOK, sandbox.BodyUnauthorized),
	"403":            sandbox.Respond(http.StatusForbidden, "<html>nginx</html>"),
	"404":            sandbox.RespondEnvelope(http.StatusNotFound, "Cannot POST"),
	"405":            sandbox.Respond(http.StatusMethodNotAllowed, ""),
	"502":            sandbox.Respond(http.StatusBadGateway, ""),
	"redirect":       sandbox.Respond(http.StatusFound, ""),
	"not-linked":     sandbox.RespondEnvelope(http.StatusBadRequest, sandbox.TextNotAuthorized),
	"not-linked-old": sandbox.Respond(http.StatusBadRequest, sandbox.TextNotAuthorizedOld),
	"expired":        sandbox.RespondEnvelope(http.StatusBadRequest, sandbox.TextExpired),
	"deleted":        sandbox.RespondEnvelope(http.StatusBadRequest, sandbox.TextDeleted),
	"quota":          sandbox.QuotaExceeded,
	"chat-quota":     sandbox.ChatsExceeded,
	"refused":        sandbox.RespondEnvelope(http.StatusBadRequest, "Validation failed. Details: 'chatId' is refused"),
}

// imitation starts the service and sets the three variables.
func cmdImitation(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: imitation")
	}
	im := theImitation(ts)
	im.arrived, im.free = make(chan struct{}, 1000), make(chan struct{})
	service := sandbox.New(sandbox.Options{OnEvent: func(e sandbox.Event) {
		if e.Kind == sandbox.Arrived && e.Request.Method == sandbox.SendContactMethod {
			im.arrived <- struct{}{}
		}
	}})
	im.others = map[string]*sandbox.Instance{}
	im.add = func(id string) *sandbox.Instance {
		account := service.AddInstance(id, imitationToken)
		account.Configure(func(c *sandbox.Config) { c.Delay, c.Limits = 0, nil })
		return account
	}
	im.account = im.add(imitationInstance)
	server := httptest.NewServer(service)
	ts.Defer(func() {
		im.release.Do(func() { close(im.free) }) // a script that fails leaves requests held
		service.Close()
		server.Close()
	})
	im.url = server.URL
	ts.Setenv("GREENAPI_API_URL", server.URL)
	ts.Setenv("GREENAPI_ID_INSTANCE", imitationInstance)
	ts.Setenv("GREENAPI_API_TOKEN_INSTANCE", imitationToken)
}

// accounts NAME=INSTANCE... writes accounts.toml with these, which the service has from now on,
// and sets its variable in place of the three.
func cmdAccounts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: accounts NAME=INSTANCE...")
	}
	im, file := theImitation(ts), ""
	for _, arg := range args {
		name, id, _ := strings.Cut(arg, "=")
		if im.others[name] == nil {
			im.others[name] = im.add(id)
		}
		file += fmt.Sprintf("[[account]]\nname = %q\napi-url = %q\nid-instance = %q\ntoken-file = \"token\"\n", name, im.url, id)
	}
	ts.Check(os.WriteFile(ts.MkAbs("token"), []byte(imitationToken), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("accounts.toml"), []byte(file), 0o600))
	for _, variable := range []string{"GREENAPI_API_URL", "GREENAPI_ID_INSTANCE", "GREENAPI_API_TOKEN_INSTANCE"} {
		ts.Setenv(variable, "")
	}
	ts.Setenv("CONTACTS_ACCOUNTS", "accounts.toml")
}

// fault NAME [ACCOUNT] is what goes wrong from now on: one of faults, "hold" for requests
// that wait until release, "answer-lost" for cards that are taken all the same,
// "429-first", "blocked-later", "journal-away" or "state=STATE".
func cmdFault(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 || len(args) > 2 {
		ts.Fatalf("usage: fault NAME [ACCOUNT]")
	}
	im := theImitation(ts)
	account := im.of(ts, args)
	account.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
	account.Script()
	if state, is := strings.CutPrefix(args[0], "state="); is {
		account.Configure(func(c *sandbox.Config) { c.State = state })
		return
	}
	fault := sandbox.Fault{Do: faults[args[0]]}
	switch args[0] {
	case "hold":
		fault.Do = func(*sandbox.Exchange) bool { <-im.free; return false }
	case "journal-away":
		fault.Method, fault.Do = "lastOutgoingMessages", sandbox.Respond(http.StatusBadGateway, "")
	case "answer-lost":
		fault.When, fault.Do = sandbox.After, sandbox.CloseConn
	case "blocked-later": // the card finds an account that was well a moment before
		fault.Do = func(x *sandbox.Exchange) bool {
			account.Configure(func(c *sandbox.Config) { c.State = sandbox.Blocked })
			return faults["not-linked"](x)
		}
	case "429-first":
		fault.If, fault.Do = sandbox.Nth(1), sandbox.Respond(http.StatusTooManyRequests, "")
	}
	if fault.Do == nil {
		ts.Fatalf("no such fault: %s", args[0])
	}
	account.Script(fault)
}

// becomes CHAT=STATUS...: that is what becomes of the cards for these chats, now that
// the account reports deliveries.
func cmdBecomes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: becomes CHAT=STATUS...")
	}
	statuses := map[string]string{}
	for _, arg := range args {
		chat, status, _ := strings.Cut(arg, "=")
		statuses[chat+"@c.us"] = status
	}
	theImitation(ts).account.Configure(func(c *sandbox.Config) {
		c.OutgoingWebhook, c.Outcome = true, func(s sandbox.SendContact) string { return statuses[s.ChatID] }
	})
}

// arrived N returns when N requests have arrived since it was last called. It waits as
// long as go test does.
func cmdArrived(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: arrived N")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	for range n {
		<-theImitation(ts).arrived
	}
}

// release lets the held requests go on, and all that come.
func cmdRelease(ts *testscript.TestScript, neg bool, args []string) {
	im := theImitation(ts)
	im.release.Do(func() { close(im.free) })
}

// of returns the account of the variables, or the one with a name that is the last argument.
func (im *imitation) of(ts *testscript.TestScript, args []string) *sandbox.Instance {
	if len(args) < 2 {
		return im.account
	}
	account := im.others[args[1]]
	if account == nil {
		ts.Fatalf("no such account: %s", args[1])
	}
	return account
}

// taken N [ACCOUNT]: by the imitation's own record it has taken N cards.
func cmdTaken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 || len(args) > 2 {
		ts.Fatalf("usage: taken N [ACCOUNT]")
	}
	n := 0
	for _, m := range theImitation(ts).of(ts, args).Messages() {
		if m.Request != 0 { // else it is another sender's
			n++
		}
	}
	if got := strconv.Itoa(n); got != args[0] {
		ts.Fatalf("the service has taken %s, want %s", got, args[0])
	}
}

// nothing-twice: no card was taken twice for one chat.
func cmdNothingTwice(ts *testscript.TestScript, neg bool, args []string) {
	im, seen := theImitation(ts), map[sandbox.SendContact]bool{}
	for _, account := range append(slices.Collect(maps.Values(im.others)), im.account) {
		for _, m := range account.Messages() {
			if m.Request != 0 && seen[m.SendContact] {
				ts.Fatalf("taken twice: %+v", m.SendContact)
			}
			seen[m.SendContact] = true
		}
	}
}
