package store_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"keyroster/io/store"

	_ "keyroster/reconcile/fixedseed"
)

// TestIDBefore: IDBefore divides ids exactly as their times are divided.
func TestIDBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := time.Date(2026, 1, 31, 2, 0, 0, 0, time.UTC)
		at := base.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "began")) * time.Second / 2)
		before := base.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "before")) * time.Second / 2)
		id := store.NewID("hq", at)
		began, ok := store.Began(id)
		q := store.RunQuery{Before: before}
		if !ok || began.Before(before) != (id < q.IDBefore()) {
			t.Errorf("%s is before %v, by the text %s: %v", id, before, q.IDBefore(), id < q.IDBefore())
		}
	})
}

func TestAmong(t *testing.T) {
	all := []string{
		"20260131T020001Z-hq-00aa11", "20260131T020001Z-lab-00aa11", "20260131T020003Z-hq-00aa11", "renamed",
	}
	for want, q := range map[string]store.RunQuery{
		"0 1 2 3": {},
		"0 2 3":   {Account: "hq"},
		"0 1 3":   {Before: time.Date(2026, 1, 31, 2, 0, 2, 0, time.UTC)},
		"0 3":     {Account: "hq", Before: time.Date(2026, 1, 31, 2, 0, 2, 0, time.UTC)},
		"3":       {Account: "none"},
	} {
		var named []string
		for _, i := range strings.Fields(want) {
			named = append(named, all[i[0]-'0'])
		}
		got, err := q.Among(append([]string{}, all...), nil)
		if err != nil || strings.Join(got, " ") != strings.Join(named, " ") {
			t.Errorf("%+v finds %q, %v", q, got, err)
		}
	}
}
