package providertest

import (
	"os"
	"strings"
	"testing"
)

// TestTheGuideNamesEachLaw: the guide tells the author of a provider beforehand what all laws ask.
func TestTheGuideNamesEachLaw(t *testing.T) {
	raw, err := os.ReadFile("../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	guide := strings.ReplaceAll(string(raw), "\n//     ", " ")
	for _, law := range laws {
		if !strings.Contains(guide, `"`+law.name+`"`) {
			t.Errorf("the guide does not say what %q asks", law.name)
		}
	}
}
