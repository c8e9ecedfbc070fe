package failure_test

import (
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
)

func TestInWords(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		time.Microsecond:                      "1ms",
		400 * time.Millisecond:                "400ms",
		time.Second:                           "1 second",
		59*time.Second + 600*time.Millisecond: "60 seconds",
		59*time.Minute + 59*time.Second:       "59 minutes and 59 seconds",
		2 * time.Minute:                       "2 minutes",
		time.Hour:                             "1 hour",
		26 * time.Hour:                        "26 hours",
		26*time.Hour + 61*time.Minute:         "27 hours and 1 minute",
		2 * day:                               "2 days",
		3*day + 4*time.Hour:                   "3 days and 4 hours",
		60409*time.Hour + 39*time.Minute:      "2517 days",
	} {
		if got := failure.DurationText(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestList(t *testing.T) {
	ten := strings.Fields("a b c d e f g h i j")
	for want, names := range map[string][]string{
		"": nil, "a": {"a"}, "a, b": {"a", "b"}, "a, b, c, d, e, f, g, h, i, j": ten,
		"a, b, c, d, e, f, g, h, i, j and 2 more": append(ten, "k", "l"),
	} {
		if got := failure.List(names); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
