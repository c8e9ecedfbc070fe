package reconcile

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNotListed: a row's id rests on the roster alone if the listing does not hold it and no record
// was found in its place, whatever else is wrong with the row.
func TestNotListed(t *testing.T) {
	alice := rec{"credential_id": "A", "holder_id": "1", "type": "pin", "value": "1111"}
	bob := rec{"credential_id": "B", "holder_id": "2", "type": "pin", "value": "2222"}
	for name, c := range map[string]struct {
		want rec
		out  []int
	}{
		"listed":                        {rec{"credential_id": "A"}, nil},
		"without an id":                 {rec{"holder_id": "3", "type": "pin", "value": "3"}, nil},
		"nothing to find it by":         {rec{"credential_id": "Z", "value": "9"}, []int{0}},
		"removed already":               {rec{"credential_id": "Z", "state": "absent"}, []int{0}},
		"to be created":                 {rec{"credential_id": "Z", "holder_id": "3", "type": "pin", "value": "3"}, []int{0}},
		"found by its holder":           {rec{"credential_id": "Z", "holder_id": "1", "type": "pin"}, nil},
		"like a listed one":             {rec{"credential_id": "a", "value": "9"}, []int{0}},
		"listed, and contradicts":       {rec{"credential_id": "A", "holder_id": "2"}, nil},
		"listed, another value to go":   {rec{"credential_id": "A", "value": "9", "state": "absent"}, nil},
		"not listed, and no good row":   {rec{"credential_id": "Z", "holder_id": "3", "type": "pin", "value": "****"}, []int{0}},
		"removed, and another is there": {rec{"credential_id": "Z", "holder_id": "2", "type": "pin", "value": "3", "state": "absent"}, []int{0}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := world{schema: badgeSchema(), want: []rec{c.want}, have: []rec{alice, bob}}.plan()
			if diff := cmp.Diff(c.out, slices.Sorted(maps.Keys(plan.NotListed()))); diff != "" {
				t.Errorf("%s\n%v", diff, lines(plan))
			}
		})
	}
}
