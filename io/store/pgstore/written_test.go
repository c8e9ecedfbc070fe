package pgstore

import (
	"errors"
	"strings"
	"testing"

	"keyroster/io/store"
)

// TestWritten: what was written is known until it is in doubt, and its bytes until the run is
// closed.
func TestWritten(t *testing.T) {
	wrote := func(text string) *kept {
		k := new(kept)
		_, _ = k.Write([]byte(text))
		return k
	}
	w := new(written)
	want := func(name, text string, there, known bool) {
		t.Helper()
		data, isThere, isKnown := w.find(name)
		if string(data) != text || isThere != there || isKnown != known {
			t.Errorf("%s: %q, there %v, known %v", name, data, isThere, isKnown)
		}
	}
	want("a", "", false, true)
	w.put("a", wrote("one"), nil)
	w.put("a", wrote("two"), nil)
	w.put("large", wrote(strings.Repeat("x", keptMax+1)), nil)
	want("a", "two", true, true)
	want("large", "", true, true)
	w.put(store.ManifestFile, wrote("{}"), nil)
	want("a", "", true, true)
	w.gone("a", nil)
	want("a", "", false, true)
	w.gone("large", errors.New("no answer"))
	want("large", "", false, false)
	w = nil
	w.put("a", wrote("one"), nil)
	want("a", "", false, false)
}
