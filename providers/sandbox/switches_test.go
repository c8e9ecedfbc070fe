package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"keyroster/providers/sandbox"
)

func TestReadSwitches(t *testing.T) {
	read := func(given map[string]string) (taken string, err error) {
		take := func(value string) bool {
			taken += value + " "
			return value != "blue"
		}
		known := sandbox.Switches{"colour": sandbox.Custom("red or green", take), "token": sandbox.Custom("a token", take)}
		_, err = sandbox.NewFake(sandbox.Options{Set: given}, known, "X-Id", newHouse, func(*house) {})
		return taken, err
	}
	if taken, err := read(map[string]string{"token": "4711", "colour": "red"}); err != nil || taken != "red 4711 " {
		t.Errorf("%q, %v", taken, err)
	}
	for want, given := range map[string]map[string]string{
		`read sandbox switches: unknown switch "size": the switches are colour, token`: {"size": "4711", "token": "4711"},
		`read sandbox switches: the value of colour does not fit: red or green`:        {"colour": "blue"},
		`read sandbox switches: the value of token does not fit: a token`:              {"token": ""},
	} {
		if _, err := read(given); err == nil || err.Error() != want || strings.Contains(err.Error(), "4711") {
			t.Errorf("%v: %v, want %s", given, err, want)
		}
	}
}

func TestKindsOfSwitches(t *testing.T) {
	var text string
	var flag bool
	var number int
	var span time.Duration
	for _, c := range []struct {
		one   sandbox.Switch
		value string
		good  bool
	}{
		{sandbox.Text("", &text), "anything", true},
		{sandbox.Text("", &text, "a", "b"), "b", true},
		{sandbox.Text("", &text, "a", "b"), "c", false},
		{sandbox.Flag("", &flag, "on"), "on", true},
		{sandbox.Flag("", &flag, "on", "off"), "off", true},
		{sandbox.Flag("", &flag, "on"), "off", false},
		{sandbox.Number("", &number, 1), "1", true},
		{sandbox.Number("", &number, 1), "0", false},
		{sandbox.Number("", &number, 1), "x", false},
		{sandbox.Span("", &span, 1), "1s", true},
		{sandbox.Span("", &span, 1), "0s", false},
		{sandbox.Span("", &span, 0), "5", false},
	} {
		if c.one.Take(c.value) != c.good {
			t.Errorf("%s is good: %v", c.value, !c.good)
		}
	}
	if text != "c" || flag || number != 0 || span != 0 {
		t.Errorf("%q %v %d %v: the last value is kept", text, flag, number, span)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		list   string
		choice []string
		good   bool
		want   string
	}{
		{"a", nil, true, "a"},
		{"a, b", []string{"a", "b"}, true, "ab"},
		{"a,c", []string{"a", "b"}, false, "ac"},
		{"", []string{"a"}, false, ""},
	} {
		names := sandbox.Names{}
		good, held := names.Switch("", c.choice...).Take(c.list), ""
		for _, name := range []string{"a", "b", "c"} {
			if names.HasAny("x", name) {
				held += name
			}
		}
		if good != c.good || held != c.want {
			t.Errorf("%q: %v, %s", c.list, good, held)
		}
	}
	if (sandbox.Names{"a": true}).HasAny() {
		t.Error("a set has none of no names")
	}
}
