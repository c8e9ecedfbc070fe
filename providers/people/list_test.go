package people_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/people"
	"keyroster/reconcile"
)

// TestList: people come out as they went in, each with their standing.
func TestList(t *testing.T) {
	want := []people.Person{
		{Holder: reconcile.Holder{ID: "1", Name: "Avery Sample"}},
		{Holder: reconcile.Holder{ID: "2"}, Barred: people.Barred("away")},
		{Holder: reconcile.Holder{ID: "1", Email: "again@example.com"}},
	}
	list := people.NewList(&want[0], &want[1])
	list.Add(&want[2])
	if diff := cmp.Diff(want, slices.Collect(list.All())); diff != "" || list.Len() != 3 {
		t.Errorf("%d people: %s", list.Len(), diff)
	}
	if none := (*people.List)(nil); none.Len() != 0 || len(slices.Collect(none.All())) != 0 {
		t.Error("no list has people")
	}
}
