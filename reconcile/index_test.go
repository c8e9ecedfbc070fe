package reconcile

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestLawIndexFindsAll: an index finds what a search through all records finds, in their order.
func TestLawIndexFindsAll(t *testing.T) {
	schema := badgeSchema()
	rapid.Check(t, func(t *rapid.T) {
		by := By{Columns: []int{0}}
		if rapid.Bool().Draw(t, "two columns") {
			by.Columns = []int{0, 1}
		}
		if rapid.Bool().Draw(t, "fold") {
			by.Normalize = strings.ToLower
		}
		if rapid.Bool().Draw(t, "apart") {
			by.Apart, by.Alike = []int{1}, []int{2}
		}
		if rapid.Bool().Draw(t, "skip") {
			by.Skip = func(n int) bool { return n%3 == 1 }
		}
		set := NewSet(schema, 0)
		cells := make([]Cell, len(schema.Columns))
		for range rapid.IntRange(0, 40).Draw(t, "records") {
			for col := range 3 {
				cells[col] = TextCell(rapid.SampledFrom([]string{"", "a", "A", "b", "ab"}).Draw(t, "text"))
			}
			set.Add(cells)
		}
		x, alike, want := NewIndex(set, by), true, map[string][]int{}
		key := func(r Record) string {
			texts, _ := x.key(nil, r)
			return strings.Join(texts, " ")
		}
		for n := range set.Len() {
			r := set.Record(n)
			if by.Skip != nil && by.Skip(n) || !filledAll(r, by.Columns) || !filledAll(r, by.Apart) {
				continue
			}
			same := slices.IndexFunc(want[key(r)], func(other int) bool {
				return by.Apart != nil && equalIn(by.Apart, r, set.Record(other))
			})
			if same < 0 {
				want[key(r)] = append(want[key(r)], n)
			} else {
				alike = alike && equalIn(by.Alike, r, set.Record(want[key(r)][same]))
			}
		}
		single := true
		for n := range set.Len() {
			found := []int{}
			for _, other := range x.all(nil, set.Record(n)) {
				found = append(found, int(other))
			}
			single = single && len(found) < 2
			if !slices.Equal(found, want[key(set.Record(n))]) {
				t.Fatalf("record %d: %v, want %v", n, found, want)
			}
		}
		if x.Single() != single || x.Alike() != alike {
			t.Fatalf("single %v, alike %v, of %v", x.Single(), x.Alike(), want)
		}
	})
}

// TestKeysOfASetThatGrows: the index of the keys follows the set.
func TestKeysOfASetThatGrows(t *testing.T) {
	set := setOf(badgeSchema(), rec{"credential_id": "1"})
	first := set.Keys()
	if set.Keys() != first || first.Find("1") != 0 || first.Find("2") != -1 {
		t.Error("the index is made twice, or finds what is not there")
	}
	set.Add(setOf(badgeSchema(), rec{"credential_id": "2"}).Record(0).Cells(nil))
	if n := set.Keys().Find("2"); n != 1 {
		t.Errorf("an added record is %d", n)
	}
	set.Put(0, setOf(badgeSchema(), rec{"credential_id": "3"}).Record(0).Cells(nil))
	if one, three := set.Keys().Find("1"), set.Keys().Find("3"); one != -1 || three != 0 {
		t.Errorf("a record in the place of another is %d, and the other %d", three, one)
	}
}
