package sandbox_test

import (
	"strings"
	"testing"

	"keyroster/providers/sandbox"
)

func TestReadSwitches(t *testing.T) {
	known := map[string]string{"colour": "red or green", "token": "a token"}
	read := func(given map[string]string) (taken string, err error) {
		err = sandbox.ReadSwitches(given, known, func(name, value string) bool {
			taken += name + "=" + value + " "
			return value != "blue"
		})
		return taken, err
	}
	if taken, err := read(map[string]string{"token": "4711", "colour": "red"}); err != nil || taken != "colour=red token=4711 " {
		t.Errorf("%q, %v", taken, err)
	}
	for want, given := range map[string]map[string]string{
		`read sandbox switches: none is called "size"; there are colour, token`: {"size": "4711", "token": "4711"},
		`read sandbox switches: the value of colour does not fit: red or green`: {"colour": "blue"},
		`read sandbox switches: the value of token does not fit: a token`:       {"token": ""},
	} {
		if _, err := read(given); err == nil || err.Error() != want || strings.Contains(err.Error(), "4711") {
			t.Errorf("%v: %v, want %s", given, err, want)
		}
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
		good, held := names.Add(c.list, c.choice...), ""
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
