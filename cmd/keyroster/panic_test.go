package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/exit"
	"keyroster/io/journalio"
	"keyroster/io/reportio"
)

// panickingName is the name under which this test binary is keyroster, but has a
// mistake: in a command that reads a roster (KEYROSTER_TEST_PANIC=env), or when it
// writes the journal's first line (journal).
const panickingName, panicAt = "keyroster-panicking", "KEYROSTER_TEST_PANIC"

func panicking() {
	if os.Getenv(panicAt) == "journal" {
		tuned.append = func(*journalio.Journal, bool, ...journalio.Entry) error { panic("value 0010000001") }
		main()
		return
	}
	getenv := func(name string) string {
		if name == "SB_TOKEN" {
			var none []string
			return none[len(name)]
		}
		return os.Getenv(name)
	}
	os.Exit(execute(os.Args[1:], getenv, os.Stdin, os.Stdout, os.Stderr))
}

// A panic is an error like others: exit code 1, its place in the log, and no word of
// what it was raised with.
func TestPanicIsAnError(t *testing.T) {
	for _, jsonToo := range []bool{false, true} {
		var log, stdout, stderr bytes.Buffer
		a := &app{stdout: &stdout, stderr: &stderr, json: jsonToo, log: zerolog.New(&log), getenv: os.Getenv}
		code := a.finish(a.whole(func() error { panic(errors.New("value 0010000001")) }))
		if code != exit.Stopped {
			t.Errorf("exit code %d", code)
		}
		all := log.String() + stdout.String() + stderr.String()
		if strings.Contains(all, "0010000001") || !strings.Contains(log.String(), "panic_test.go") && !strings.Contains(log.String(), "TestPanicIsAnError") {
			t.Error(all)
		}
		var doc reportio.ErrorDocument
		if jsonToo && (json.Unmarshal(stdout.Bytes(), &doc) != nil || doc.ExitCode != exit.Stopped) {
			t.Error(stdout.String())
		}
	}
	a := &app{log: zerolog.Nop()}
	if err := a.whole(func() error { return os.ErrClosed }); !errors.Is(err, os.ErrClosed) {
		t.Errorf("an error becomes %v", err)
	}
}
