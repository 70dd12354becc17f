package greenapi

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"
)

const testToken = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clientOf gives a client of a server on loopback that answers as the handler
// does.
func clientOf(t testing.TB, h http.HandlerFunc, o Options) *Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return clientAt(t, server.URL, o)
}

func clientAt(t testing.TB, url string, o Options) *Client {
	t.Helper()
	c, err := New(Account{APIURL: url, IDInstance: "7105123456", Token: NewToken(testToken)}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
