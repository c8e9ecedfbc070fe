package failure_test

import (
	"errors"
	"fmt"
	"net/http"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// A refusal becomes a failure that says who answered what, without the value that the answer
// repeats. The provider decides its class.
func Example() {
	answer := &httpapi.Response{Status: http.StatusUnprocessableEntity, RequestID: "req-7", Attempts: 1}
	said := httpapi.Redact("0071234567 is taken", "0071234567")
	fmt.Println(failure.By("Latchkeep", "create the badge", answer, true, "taken", said))

	gone := fmt.Errorf("read the badge: %w", failure.Of(answer, reconcile.Gone, "there is no such badge"))
	fmt.Println(failure.IsGone(gone), failure.IsGone(errors.New("the host is down")))
	// Output:
	// create the badge: Latchkeep answered 422 taken: •••• is taken
	// true false
}
