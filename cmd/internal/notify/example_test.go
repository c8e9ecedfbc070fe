package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/notify"
	"keyroster/cmd/internal/sink"
	"keyroster/io/configio"
)

// Example shows a watchdog that hears that a run begins and how it ended. The run is the same
// whether anybody listens or not.
func Example() {
	heard := make(chan string, 2)
	watchdog := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard <- r.URL.Path }))
	defer watchdog.Close()
	addresses := map[string]string{"START": watchdog.URL + "/start", "FAILED": watchdog.URL + "/failed"}
	start, err := configio.ParseReference("env:START")
	if err != nil {
		fmt.Println(err)
		return
	}
	failed, err := configio.ParseReference("env:FAILED")
	if err != nil {
		fmt.Println(err)
		return
	}

	result := notify.RunAndNotify(context.Background(), &notify.Options{
		Config: &configio.Account{
			Name: "hq", Provider: "latchkeep",
			Heartbeat: &configio.Heartbeat{Start: &start, Failure: &failed},
		},
		Getenv: func(name string) string { return addresses[name] }, Tool: "keyroster",
		ExitCode: func(failure.Kind) int { return 1 },
		Sinks:    sink.Sinks{Log: zerolog.Nop(), Bare: zerolog.Nop()},
	}, func(r *notify.Result) {
		fmt.Println("the run is at work")
		r.Err = failure.Wrap(failure.Stopped, errors.New("the host is down"))
	})
	fmt.Println(<-heard, <-heard, result.Err)
	// Output:
	// the run is at work
	// /start /failed the host is down
}
