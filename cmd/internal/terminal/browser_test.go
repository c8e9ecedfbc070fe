package terminal

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBrowserIsTheFirstNamed(t *testing.T) {
	for _, c := range []struct {
		system, list string
		want         []string
	}{
		{"linux", "one --new %s:two", []string{"one", "--new", "%s"}},
		{"linux", ":two", nil},
		{"darwin", "one", []string{"one"}},
		{"windows", `C:\apps\one.exe --new;two`, []string{`C:\apps\one.exe`, "--new"}},
		{"windows", `"C:\Program Files\one.exe" --new`, []string{`C:\Program Files\one.exe`, "--new"}},
		{"windows", `""`, nil},
		{"windows", "", nil},
	} {
		if got := named(c.system, c.list); !slices.Equal(got, c.want) {
			t.Errorf("%s of %s: %q, want %q", c.list, c.system, got, c.want)
		}
	}
	if got := browser("linux", environment("BROWSER", "one:two")); !slices.Equal(got, []string{"one"}) {
		t.Errorf("%q", got)
	}
}

func TestNoBrowserWithoutADesktop(t *testing.T) {
	if got := browser("linux", environment("", "")); got != nil {
		t.Errorf("%q", got)
	}
}

// TestBrowserGetsTheAddress: the address takes the place of %s, or else is the last word.
func TestBrowserGetsTheAddress(t *testing.T) {
	for _, c := range [][2]string{{"open", "open URL"}, {"one --new=%s -x", "one --new=URL -x"}, {"a %s %s", "a URL URL"}} {
		if got := strings.Join(place(strings.Fields(c[0]), "URL"), " "); got != c[1] {
			t.Errorf("%s: %s, want %s", c[0], got, c[1])
		}
	}
}

func TestBrowserThatIsNotThere(t *testing.T) {
	if Browse(t.Context(), environment("BROWSER", filepath.Join(t.TempDir(), "none")), "http://127.0.0.1/") {
		t.Error("it is said to open")
	}
}
