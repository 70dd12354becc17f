package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"contact-distributor/batch/sandbox"
)

// The message is taken, the answer is lost: what every sender must live with.
func ExampleFault() {
	service := sandbox.New(sandbox.Options{})
	account := service.AddInstance("1101000001", "TOKEN")
	account.Script(
		sandbox.Fault{When: sandbox.After, If: sandbox.Nth(1), Do: sandbox.CloseConn},
		sandbox.Fault{If: sandbox.Nth(2), Do: sandbox.RespondEnvelope(400, sandbox.TextStarting)},
	)
	server := httptest.NewServer(service)
	defer server.Close()
	for range 2 {
		res, err := http.Post(server.URL+"/waInstance1101000001/sendContact/TOKEN", "application/json",
			strings.NewReader(`{"chatId":"11000000001@c.us","contact":{"phoneContact":11000000002,"company":"Bikes"}}`))
		if err != nil {
			fmt.Println("no answer;", len(account.Messages()), "taken")
			continue
		}
		res.Body.Close()
		fmt.Println(res.Status+";", len(account.Messages()), "taken")
	}
	// Output:
	// no answer; 1 taken
	// 400 Bad Request; 1 taken
}
