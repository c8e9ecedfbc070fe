package folder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/store"
	"keyroster/io/store/folder"
)

// TestTenants: tenants are found with their own ids, whatever those are.
func TestTenants(t *testing.T) {
	dir := t.TempDir()
	s := folder.New(filepath.Join(dir, "state"), filepath.Join(dir, "runs"))
	if all, err := s.Tenants(); err != nil || len(all) != 0 {
		t.Errorf("before any: %v, %v", all, err)
	}
	want := map[string]bool{}
	for _, id := range []string{"abc123", "ABC/..", "a-b", "%41", "\x00\xff", strings.Repeat("long", 100)} {
		of, err := s.Tenant("doorflow", id)
		must(t, err)
		l, err := of.Lock(store.Holder{})
		must(t, err)
		must(t, store.SaveState(of, l, store.State{}))
		must(t, l.Close())
		want[id] = true
	}
	must(t, os.MkdirAll(filepath.Join(dir, "state", "Other-things"), 0o700))
	all, err := s.Tenants()
	must(t, err)
	for _, of := range all {
		provider, id := of.Of()
		if provider != "doorflow" || !want[id] || !of.Has(store.StateDocument) {
			t.Errorf("found %q of %q", id, provider)
		}
		delete(want, id)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	must(t, os.MkdirAll(filepath.Join(dir, "state", "seam-"+strings.Repeat("x", 80)+"~0"), 0o700))
	if _, err := s.Tenants(); err == nil {
		t.Error("a folder whose tenant cannot be told is passed over")
	}
}
