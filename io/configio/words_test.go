package configio

import (
	"slices"
	"testing"
)

// TestSplitWordsBySystem: on Windows a backslash separates the names in a path.
func TestSplitWordsBySystem(t *testing.T) {
	const text = `"C:\Program Files\pass.exe" C:\vault\x 'a b'`
	words, problem := splitWords(text, '\\')
	if want := []string{`C:\Program Files\pass.exe`, `C:\vault\x`, "a b"}; problem != "" || !slices.Equal(words, want) {
		t.Errorf("%q, %s", words, problem)
	}
	words, problem = splitWords(`get a\ b`, '/')
	if want := []string{"get", "a b"}; problem != "" || !slices.Equal(words, want) {
		t.Errorf("%q, %s", words, problem)
	}
}
