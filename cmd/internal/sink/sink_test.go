package sink_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/sink"
)

// TestUnstopped: a panic beside a run is logged with its place, and without what it was raised
// with.
func TestUnstopped(t *testing.T) {
	var log bytes.Buffer
	sinks := sink.Sinks{Log: zerolog.New(&log)}
	done := false
	sinks.Isolate(func() { done = true })()
	sinks.Isolate(func() { panic("value 10020030") })()
	if text := log.String(); !done || !strings.Contains(text, "sink_test.go:") || strings.Contains(text, "1002") {
		t.Error(text)
	}
}

// TestNobodyIsShownPhases: phases can be reported even if no console shows them.
func TestNobodyIsShownPhases(t *testing.T) {
	bar := sink.Sinks{}.Bar("listing", -1)
	bar.Set(1, 2)
	bar.Done()
	shown := sink.Sinks{Progress: func(string, int) sink.Bar { t.Error("a phase without work is shown"); return bar }}
	shown.Bar("applying", 0).Done()
}
