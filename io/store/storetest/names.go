package storetest

import (
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"keyroster/io/store"
)

var nameLaws = []law{
	{"no name leads out of a run", foreignFiles},
	{"no name leads out of a tenant", foreignParts},
	{"a run is opened by its id or its place, and by nothing that leads elsewhere", foreignRuns},
	{"no two tenants share what is remembered, whatever their ids", oddTenants},
	{"a tenant without an id, and a provider without a name, are refused", namelessTenants},
}

// foreign are names that lead out of a run or a tenant.
func foreign() []string {
	list := []string{"", ".", "..", "../x", "../../x", "/abs", "a/../../b", "a/..", "a/../..", "x\x00y"}
	if runtime.GOOS == "windows" {
		list = append(list, `..\x`, `C:\x`, `C:x`, `\x`, `\\host\x`, "NUL", "a/CON")
	}
	return list
}

func foreignFiles(t *testing.T, open open) {
	_, run := created(t, open(t))
	must(t, run.Write("plan.json", text("x")))
	for _, name := range foreign() {
		if err := run.Write(name, text("y")); err == nil {
			t.Errorf("%q was written", name)
		}
		asked := false
		if err := run.Write(name, func(io.Writer) error { asked = true; return nil }); err == nil || asked {
			t.Errorf("what is to be written to %q was asked for: %v", name, err)
		}
		if f, err := run.Open(name); err == nil {
			t.Errorf("%q was opened", name)
			_ = f.Close()
		}
		if err := run.Remove(name); err == nil {
			t.Errorf("%q was removed", name)
		}
		if run.Has(name) {
			t.Errorf("%q is there", name)
		}
	}
	wantFiles(t, run, map[string]string{"plan.json": "x"})
}

func foreignParts(t *testing.T, open open) {
	of, l := locked(t, open(t).Open())
	must(t, l.Save(store.StateDocument, []byte("kept")))
	for _, name := range append(foreign(), "a/b", "lock", "open_run.path", "notes.txt") {
		if err := l.Save(store.Document(name), []byte("x")); err == nil {
			t.Errorf("document %q was saved", name)
		}
		if _, err := of.Document(store.Document(name)); err == nil {
			t.Errorf("document %q was read", name)
		}
		if of.Has(store.Document(name)) {
			t.Errorf("document %q is there", name)
		}
		if _, err := of.Key(store.Key(name), func() ([]byte, error) { return []byte("x"), nil }); err == nil {
			t.Errorf("key %q was made", name)
		}
		if of.HasKey(store.Key(name)) {
			t.Errorf("key %q is there", name)
		}
	}
	if data, err := of.Document(store.StateDocument); err != nil || string(data) != "kept" {
		t.Errorf("the state is %q, %v", data, err)
	}
}

func foreignRuns(t *testing.T, open open) {
	w := open(t)
	s, run := created(t, w)
	for _, ref := range []string{"", ".", "..", "../" + run.ID(), run.ID() + "x", "x" + run.ID(), run.ID() + "/plan.json", "20260131T020001Z-hq-ffffff\x00"} {
		if found, err := s.Run(ref); err == nil {
			t.Errorf("%q opens the run %s", ref, found.ID())
		}
	}
}

func oddTenants(t *testing.T, open open) {
	w := open(t)
	long := strings.Repeat("a", 300)
	ids := []string{
		"abc", "ABC", "Abc", "..", ".", "a/b", "a", "b", "a b", "a%20b", "a%2Fb", "%", "~", "ü", "u\u0308", "x\x00y", "CON", "nul", "lock", "a:b", `a\b`,
		long, long + "a", long[:299] + "b", strings.ToUpper(long), " ", "-", "a.", "a ", "\xff", "\xfe",
	}
	var locks []store.Lock
	for i, id := range ids {
		of, err := w.Open().Tenant("seam", id)
		if err != nil {
			t.Fatalf("tenant %q: %v", id, err)
		}
		if provider, is := of.Of(); provider != "seam" || is != id {
			t.Errorf("tenant %q is %q of %q", id, is, provider)
		}
		l, err := of.Lock(holder(i+1, ""))
		if err != nil {
			t.Fatalf("tenant %q: %v", id, err)
		}
		locks = append(locks, l)
		must(t, l.Save(store.StateDocument, []byte(id)))
	}
	other, err := w.Open().Tenant("doorflow", "abc")
	must(t, err)
	if other.Has(store.StateDocument) {
		t.Error("two providers share a tenant")
	}
	for _, id := range ids {
		of, err := w.Open().Look("seam", id)
		must(t, err)
		if data, err := of.Document(store.StateDocument); err != nil || string(data) != id {
			t.Errorf("tenant %q finds what was saved of %q (%v)", id, data, err)
		}
	}
	for _, l := range locks {
		must(t, l.Close())
	}
}

func namelessTenants(t *testing.T, open open) {
	s := open(t).Open()
	for _, c := range [][2]string{{"doorflow", ""}, {"", "abc"}, {"..", "abc"}, {"../x", "abc"}, {"door/flow", "abc"}, {"DoorFlow", "abc"}, {"a-b", "c"}} {
		if _, err := s.Tenant(c[0], c[1]); err == nil || errors.Is(err, store.ErrNoPlace) {
			t.Errorf("tenant %q of %q: %v", c[1], c[0], err)
		}
		if of, err := s.Look(c[0], c[1]); err == nil && of.Has(store.StateDocument) {
			t.Errorf("tenant %q of %q is there", c[1], c[0])
		}
	}
	if ids, err := s.Runs(); err != nil || !slices.Equal(ids, nil) {
		t.Errorf("runs %q, %v", ids, err)
	}
}
