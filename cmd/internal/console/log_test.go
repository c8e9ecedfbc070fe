package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
)

// TestProgressIsQuiet: without a terminal, the log says how far a long phase has come, unless
// --quiet.
func TestProgressIsQuiet(t *testing.T) {
	for quiet, want := range map[bool]int{false: 1, true: 0} {
		synctest.Test(t, func(t *testing.T) {
			var stderr strings.Builder
			c := &console.Console{Stderr: &stderr, LogFormat: "auto", Quiet: quiet}
			if err := c.OpenLog(); err != nil {
				t.Fatal(err)
			}
			p := c.Sinks().Bar("listing", -1)
			time.Sleep(time.Minute)
			p.Set(10, 25)
			p.Done()
			if got := strings.Count(stderr.String(), `"done":10,"total":25`); got != want {
				t.Errorf("quiet %v: %d lines, want %d: %s", quiet, got, want, &stderr)
			}
		})
	}
}

// TestPanicIsAnError: a panic is an error like any other: it has exit code 1, its place is logged,
// and the value it was raised with appears nowhere.
func TestPanicIsAnError(t *testing.T) {
	for _, jsonToo := range []bool{false, true} {
		var log, stdout, stderr bytes.Buffer
		c := &console.Console{Stdout: &stdout, Stderr: &stderr, JSON: jsonToo, Log: zerolog.New(&log)}
		code := c.Finish(c.Protect(func() error { panic(errors.New("value 0010000001")) }))
		if code != exit.Stopped {
			t.Errorf("exit code %d", code)
		}
		all := log.String() + stdout.String() + stderr.String()
		if strings.Contains(all, "0010000001") || !strings.Contains(log.String(), "log_test.go") &&
			!strings.Contains(log.String(), "TestPanicIsAnError") {
			t.Error(all)
		}
		var doc reportio.ErrorDocument
		if jsonToo && (json.Unmarshal(stdout.Bytes(), &doc) != nil || doc.ExitCode != exit.Stopped) {
			t.Error(stdout.String())
		}
	}
	c := &console.Console{Log: zerolog.Nop()}
	if err := c.Protect(func() error { return os.ErrClosed }); !errors.Is(err, os.ErrClosed) {
		t.Errorf("an error becomes %v", err)
	}
}

func TestOpenLog(t *testing.T) {
	for _, c := range []struct {
		name string
		told console.Console
		want string
	}{
		{name: "not on a terminal", told: console.Console{LogFormat: "auto"}, want: `"level":"info"`},
		{name: "json", told: console.Console{LogFormat: "json", Verbose: true}, want: `"level":"debug"`},
		{name: "for people", told: console.Console{LogFormat: "console"}, want: "INF hello"},
		{name: "quiet", told: console.Console{LogFormat: "json", Quiet: true}, want: `"level":"error"`},
	} {
		var stderr bytes.Buffer
		c.told.Stderr = &stderr
		if err := c.told.OpenLog(); err != nil {
			t.Fatal(err)
		}
		c.told.Log.Debug().Msg("hello")
		c.told.Log.Info().Msg("hello")
		c.told.Log.Error().Msg("hello")
		if first, _, _ := strings.Cut(stderr.String(), "\n"); !strings.Contains(first, c.want) {
			t.Errorf("%s: %s, want %s first", c.name, &stderr, c.want)
		}
	}
	c := &console.Console{LogFormat: "xml", Stderr: io.Discard}
	if err := c.OpenLog(); failure.Of(err).Kind != failure.Usage {
		t.Errorf("an unknown format: %v", err)
	}
}

// TestReread: a command line that could not be read still says how its failure is reported; what
// follows -- says nothing.
func TestReread(t *testing.T) {
	for _, c := range []struct {
		args         string
		failed       bool
		asJSON, logs bool
	}{
		{args: "plan"},
		{args: "plan --json --nonsense", failed: true, asJSON: true},
		{args: "plan --json=lines", asJSON: true},
		{args: "plan --json=false --nonsense", failed: true},
		{args: "plan -- --json --log-format=json", failed: true},
		{args: "plan --log-format json --nonsense", failed: true, logs: true},
		{args: "plan --log-format=json --nonsense", failed: true, logs: true},
		{args: "plan --log-format=json"}, // this one was read
	} {
		told := &console.Console{LogFormat: "auto", Stderr: io.Discard}
		told.ReadOutputFlags(strings.Fields(c.args), c.failed)
		if told.JSON != c.asJSON || (told.LogFormat == "json") != c.logs {
			t.Errorf("%s: JSON %v, log %s", c.args, told.JSON, told.LogFormat)
		}
	}
}

// TestInterruptible: an interrupt is reported once, and only while something is under way.
func TestInterruptible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		c := &console.Console{Log: zerolog.New(&log)}
		ctx, cancel := context.WithCancel(t.Context())
		c.OnInterrupt(ctx)() // over before the interrupt
		stop := c.OnInterrupt(ctx)
		cancel()
		synctest.Wait()
		stop()
		c.OnInterrupt(ctx)() // begun after it
		synctest.Wait()
		if n := strings.Count(log.String(), "interrupted: finishing requests in flight"); n != 1 {
			t.Errorf("told %d times: %s", n, &log)
		}
	})
}
