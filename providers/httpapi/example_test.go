package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// A read is sent again when the host stumbles. A write is not: the caller cannot know whether it
// took effect, so it is lost until it is read back.
func Example() {
	var asked int
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked == 2 {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"name":"Mira Quill"}`)
			return
		}
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer host.Close()
	client, err := httpapi.New(httpapi.Config{
		BaseURL: host.URL, Account: "hq", Provider: "Latchkeep", Retry: httpapi.Retry{Base: time.Millisecond},
	}, httpapi.Bearer(reconcile.NewSecret("lk_made_up")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	ctx := context.Background()
	answer, err := client.Do(ctx, httpapi.Request{
		Name: "read the person", Op: httpapi.Read, Method: "GET", Path: "/people/71",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var person struct{ Name string }
	fmt.Println(httpapi.DecodeJSON(answer, &person), person.Name, "at attempt", answer.Attempts)

	_, err = client.Do(ctx, httpapi.Request{
		Name: "change the person", Op: httpapi.Write, Method: "PATCH", Path: "/people/71",
	})
	fmt.Println("lost:", reconcile.ClassOf(err) == reconcile.Lost)
	// Output:
	// <nil> Mira Quill at attempt 2
	// lost: true
}
