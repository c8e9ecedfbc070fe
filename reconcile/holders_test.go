package reconcile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/reconcile"
)

// TestHoldersLaw: people come out as they went in, in the same order, and are found by their ids,
// addresses and references, whenever they were added.
func TestHoldersLaw(t *testing.T) {
	texts := []string{"", "a", "A", "é", "Blake Sample", "<empty>", `\`, strings.Repeat("long ", 5000)}
	text, fold := rapid.SampledFrom(texts), strings.ToLower
	rapid.Check(t, func(t *rapid.T) {
		holders := reconcile.NewHolders()
		var want []reconcile.Holder
		for n := range rapid.IntRange(0, 60).Draw(t, "people") {
			h := reconcile.Holder{
				ID: fmt.Sprint("id", n), Email: text.Draw(t, "email"), Ref: text.Draw(t, "ref"),
				First: text.Draw(t, "first"), Last: text.Draw(t, "last"), Identity: text.Draw(t, "identity"),
				System: text.Draw(t, "system"), Disabled: rapid.Bool().Draw(t, "disabled"),
			}
			if h.Name = h.First + " " + h.Last; rapid.Bool().Draw(t, "named otherwise") {
				h.Name = text.Draw(t, "name")
			}
			if at := holders.Add(&h); at != n {
				t.Fatalf("person %d is number %d", n, at)
			}
			want = append(want, h)
			if found := holders.Of(h.ID); found != h {
				t.Fatalf("%s is %+v, want %+v", h.ID, found, h)
			}
		}
		if diff := cmp.Diff(want, slices.Collect(holders.All())); diff != "" || holders.Len() != len(want) {
			t.Fatalf("%d people: %s", holders.Len(), diff)
		}
		if found, known := holders.Find("id"); known {
			t.Fatalf("who is not there is %+v", found)
		}
		byEmail, byRef := holders.ByEmail(fold), holders.ByRef()
		for _, text := range texts[1:] {
			var emails, refs []int
			for n, h := range want {
				if fold(h.Email) == fold(text) {
					emails = append(emails, n)
				}
				if h.Ref == text {
					refs = append(refs, n)
				}
			}
			if got := numbers(byEmail, fold(text)); !slices.Equal(got, emails) {
				t.Fatalf("address %q names %v, want %v", text, got, emails)
			}
			if got := numbers(byRef, text); !slices.Equal(got, refs) {
				t.Fatalf("reference %q names %v, want %v", text, got, refs)
			}
		}
	})
}

func numbers(index *reconcile.Index, text string) (all []int) {
	for n := index.Find(text); n >= 0; n = index.Next(n) {
		all = append(all, n)
	}
	return all
}

// TestHoldersIDs: ids are sorted, and of several people with the same id the first is found.
func TestHoldersIDs(t *testing.T) {
	holders := reconcile.NewHolders(
		reconcile.Holder{ID: "b", Name: "first"}, reconcile.Holder{ID: "a"}, reconcile.Holder{ID: "b", Name: "second"},
	)
	if ids := holders.IDs(); !slices.Equal(ids, []string{"a", "b", "b"}) || holders.Of("b").Name != "first" {
		t.Errorf("%v, and b is %+v", ids, holders.Of("b"))
	}
	var none *reconcile.Holders
	if none.Len() != 0 || len(none.IDs()) != 0 || none.Number("a") != -1 || none.Of("a") != (reconcile.Holder{}) {
		t.Error("no holders have somebody")
	}
}
