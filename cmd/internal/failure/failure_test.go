package failure_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
)

// TestLog: a log names no person; an error that does has other words for the log.
func TestLog(t *testing.T) {
	for want, f := range map[string]*failure.Error{
		`{"hint":"do","run":"runs/1","message":"it broke"}`: {Err: errors.New("it broke"), Hint: "do", Run: "runs/1"},
		`{"message":"one person is unknown"}`: {
			Err: errors.New("a@example.com is unknown"), Anonymous: "one person is unknown",
		},
	} {
		var out bytes.Buffer
		log := zerolog.New(&out)
		if f.Log(log.WithLevel(zerolog.NoLevel)); out.String() != want+"\n" {
			t.Errorf("%s, want %s", &out, want)
		}
	}
}
