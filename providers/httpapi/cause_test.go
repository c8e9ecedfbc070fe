package httpapi

import (
	"fmt"
	"net"
	"net/http"
	"testing"
)

// TestRefusedConnection: the system's own error for a port that no process listens on is
// understood.
func TestRefusedConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get("http://" + address)
	if err == nil {
		_ = answer.Body.Close()
		t.Fatal("somebody answers")
	}
	if got := causeOf(err); got != "connection refused" {
		t.Errorf("%s, of %v", got, err)
	}
}

func TestCauses(t *testing.T) {
	for want, all := range map[string][]error{
		"connection refused": refused, "connection reset": reset, "host unreachable": unreachable,
	} {
		for _, err := range all {
			if got := causeOf(fmt.Errorf("dial: %w", err)); got != want {
				t.Errorf("%v: %s, want %s", err, got, want)
			}
		}
	}
}
