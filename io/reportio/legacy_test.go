package reportio

import (
	"bytes"
	"strings"
	"testing"
)

// TestLacksRecord: a report says for each line whether its id is known from the roster alone. A
// report of a version without that member says it in words, which are read instead; if the member
// is there, the words do not count.
func TestLacksRecord(t *testing.T) {
	const gone = "credential Z is not in the listing; give type to create one"
	no := 0
	for name, c := range map[string]struct {
		count *int
		line  Line
		want  bool
	}{
		"the member":                     {&no, Line{NotListed: true}, true},
		"the member, and other words":    {&no, Line{Reason: gone, Warnings: []string{gone}}, false},
		"earlier, in a reason":           {nil, Line{Reason: gone}, true},
		"earlier, in a warning":          {nil, Line{Warnings: []string{"other", gone}}, true},
		"earlier, nothing of the sort":   {nil, Line{Reason: "blocked", Warnings: []string{"other"}}, false},
		"earlier, with a row of its own": {nil, Line{Reason: "credential Z is not here"}, false},
		"earlier, by its own id":         {nil, Line{CredentialID: "Z", Reason: gone}, true},
		"earlier, matched otherwise": {nil, Line{
			CredentialID: "Y", Warnings: []string{"credential Z is not in the listing; matched by type"},
		}, false},
	} {
		if got := (&Report{NotListed: c.count}).LacksRecord(&c.line); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestNotListedInFiles: the member survives the file, and a file without it is recognized as such.
func TestNotListedInFiles(t *testing.T) {
	r := report(everyOutcome())
	for _, lines := range []int{0, 1} {
		r.NotListed = &lines
		var out bytes.Buffer
		if err := WriteJSON(&out, r); err != nil {
			t.Fatal(err)
		}
		again, err := ReadJSON(bytes.NewReader(out.Bytes()))
		if err != nil || again.NotListed == nil || *again.NotListed != lines {
			t.Fatalf("%v %v", again, err)
		}
	}
	r.NotListed = nil
	var out bytes.Buffer
	if err := WriteJSON(&out, r); err != nil || strings.Contains(out.String(), "not_listed") {
		t.Fatalf("%v\n%s", err, &out)
	}
}
