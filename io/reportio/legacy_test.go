package reportio

import (
	"bytes"
	"strings"
	"testing"
)

// A report says of each line whether its id is the roster's word alone. One of a
// version without the member says it in words, and is read by them; one that has
// the member is not, whatever its words are.
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

// The member survives the file, and a file without it is known for one.
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
