package notifyio_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"keyroster/io/notifyio"
	"keyroster/reconcile"
)

// A chat service is told about a run. The address is a secret, since anyone who has it can post:
// the error of a failed delivery does not contain it.
func Example() {
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var told notifyio.Message
		if err := json.NewDecoder(r.Body).Decode(&told); err != nil || r.URL.Path != "/hooks/made-up" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Println(told.Account, told.ExitCode, told.Text)
	}))
	defer chat.Close()

	messenger := notifyio.New(nil)
	message := notifyio.Message{
		Account: "hq", Provider: "latchkeep", ExitCode: 2,
		Subject: "hq: one row failed", Text: "One row of 40 failed.",
	}
	for _, hook := range []string{"/hooks/made-up", "/hooks/gone"} {
		fmt.Println(messenger.Webhook(context.Background(), reconcile.NewSecret(chat.URL+hook), message))
	}
	// Output:
	// hq 2 One row of 40 failed.
	// <nil>
	// the host answered 404
}
