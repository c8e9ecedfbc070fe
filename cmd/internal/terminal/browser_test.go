package terminal

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestBrowserIsTheFirstNamed(t *testing.T) {
	got := browser(environment("BROWSER", "one --new %s:two"))
	if want := []string{"one", "--new", "%s"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNoBrowserWithoutADesktop(t *testing.T) {
	if runtime.GOOS == "darwin" {
		return // has one always
	}
	if got := browser(environment("", "")); got != nil {
		t.Errorf("%q", got)
	}
	if Browse(t.Context(), environment("", ""), "http://127.0.0.1/") {
		t.Error("a browser is said to open")
	}
}

// The address takes the place of %s, else it is the last word.
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
