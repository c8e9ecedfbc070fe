package store_test

import (
	"strings"
	"testing"
	"time"

	"keyroster/io/store"
)

func TestNamesOfAccountsInIDs(t *testing.T) {
	tests := map[string]string{
		"hq":                    "hq",
		"Site 2/East (new)":     "Site-2-East-new",
		"../../etc/passwd":      "etc-passwd",
		"":                      "account",
		"..":                    "account",
		"Zürich":                "Z-rich",
		"a\x00b\nc":             "a-b-c",
		"main.door_1-x":         "main.door_1-x",
		strings.Repeat("x", 99): strings.Repeat("x", 64),
	}
	for account, want := range tests {
		got := store.PlainName(account)
		if got != want {
			t.Errorf("%q is %q in an id, want %q", account, got, want)
		}
		if id := store.NewID(account, night); !store.ValidID(id) || !store.Of(id, account) {
			t.Errorf("%q is no id", id)
		}
	}
}

// TestIDsAreInUTC: the same second in two zones gives the same text, so that ids are in the order
// of time.
func TestIDsAreInUTC(t *testing.T) {
	there := store.NewID("hq", night.In(time.FixedZone("", 2*3600)))
	if !strings.HasPrefix(there, "20260131T020001Z-hq-") {
		t.Errorf("id %s", there)
	}
}

func TestIDs(t *testing.T) {
	id := store.NewID("north/ost wing", time.Now())
	for _, test := range []struct {
		id, account string
		want        bool
	}{
		{id, "north/ost wing", true},
		{id, "north", false},
		{"20260131T020001Z-hq-00aa11", "hq", true},
		{"20260131T020001Z-hq-2-00aa11", "hq", false},
		{"20260131T020001Z-hq-2-00aa11", "hq-2", true},
		{"runs", "hq", false},
		{"", "", false},
	} {
		if store.Of(test.id, test.account) != test.want {
			t.Errorf("%s of %s: want %v", test.id, test.account, test.want)
		}
	}
	if at, ok := store.Began("20260131T020001Z-hq-00aa11"); !ok || !at.Equal(night) {
		t.Errorf("began at %v, %t", at, ok)
	}
	for _, id := range []string{"", "runs", "20260131T020001Z-hq-00AA11", "20261331T020001Z-hq-00aa11"} {
		if at, ok := store.Began(id); ok {
			t.Errorf("%q began at %v", id, at)
		}
	}
}
