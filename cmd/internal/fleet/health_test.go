package fleet

import (
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
)

// TestHealth: a platform's probes learn that a worker that hangs must be started again, and that
// one that the board has not heard of lately, or that is ending, gets nothing more to do.
func TestHealth(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := taken.Addr().String()
	w := &Worker{Lease: time.Minute, Log: zerolog.Nop()}
	if _, err := w.ServeHealth(t.Context(), address); err == nil || failure.Of(err).Kind != failure.Usage {
		t.Errorf("an address that is taken: %v", err)
	}
	_ = taken.Close()
	stop, err := w.ServeHealth(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	wants := func(when string, alive, ready int) {
		t.Helper()
		for path, want := range map[string]int{"/livez": alive, "/readyz": ready, "/": http.StatusNotFound} {
			answer, err := http.Get("http://" + address + path)
			if err != nil {
				t.Fatal(err)
			}
			if _ = answer.Body.Close(); answer.StatusCode != want {
				t.Errorf("%s: %s is %d, want %d", when, path, answer.StatusCode, want)
			}
		}
	}
	const yes, no = http.StatusOK, http.StatusServiceUnavailable
	wants("before it began", no, no)
	w.heartbeat.record(errors.New("the database is gone"))
	wants("a board that never heard of it", yes, no)
	w.heartbeat.record(nil)
	w.heartbeat.record(errors.New("the database is gone"))
	wants("a board that heard of it lately", yes, yes)
	w.heartbeat.done = time.Now().Add(-2 * time.Minute)
	wants("a board that heard of it long ago", yes, no)
	w.heartbeat.record(nil)
	w.ending = true
	wants("told to end", yes, no)
	w.heartbeat.tried = time.Now().Add(-2 * time.Minute)
	wants("it hangs", no, no)
	stop()
	if _, err := http.Get("http://" + address + "/livez"); err == nil {
		t.Error("it answers when it was stopped")
	}
}
