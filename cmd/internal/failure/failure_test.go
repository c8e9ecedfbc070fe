package failure_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
)

// A log names no person: where the error does, it has other words for one.
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
