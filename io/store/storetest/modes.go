package storetest

import (
	"io/fs"
	"testing"

	"keyroster/io/store"
)

var modeLaws = []law{
	{"only the owner has access to what is kept, whatever the umask", privateModes},
	{"access that others were given is removed again", tightened},
}

// allPrivate fails if users other than the owner have any access.
func allPrivate(t *testing.T, modes map[string]fs.FileMode) {
	t.Helper()
	if len(modes) == 0 {
		t.Error("nothing is kept")
	}
	for path, mode := range modes {
		want := fs.FileMode(0o600)
		if mode.IsDir() {
			want = 0o700
		}
		if mode.Perm() != want {
			t.Errorf("%s: mode %v, want %v", path, mode.Perm(), want)
		}
	}
}

func privateModes(t *testing.T, open open) {
	w := open(t)
	if w.Modes == nil {
		return // this system has no umask
	}
	for _, mask := range []int{0, 0o022} {
		t.Cleanup(umask(mask))
		of, l, run, _ := usedLock(t, w.Open())
		must(t, run.Write("report.files/1.txt", text("x")))
		_, err := of.Key(store.SealKey, func() ([]byte, error) { return []byte("x"), nil })
		must(t, err)
		file, mark, err := run.CreateJournal()
		must(t, err)
		must(t, mark.Put([]byte("x")))
		allPrivate(t, w.Modes())
		must(t, mark.Close(false))
		must(t, file.Close())
		must(t, l.Close())
		allPrivate(t, w.Modes())
	}
}

func tightened(t *testing.T, open open) {
	w := open(t)
	if w.Loosen == nil {
		return // this system has no permissions
	}
	s := w.Open()
	of, l, _, _ := usedLock(t, s)
	_, err := of.Key(store.FingerprintKey, func() ([]byte, error) { return []byte("x"), nil })
	must(t, err)
	must(t, l.Save(store.ValuesDocument, []byte("x")))
	w.Loosen(of)
	again := tenant(t, w.Open())
	_, err = again.Key(store.FingerprintKey, nil)
	must(t, err)
	_, err = again.Document(store.ValuesDocument)
	must(t, err)
	modes := w.Modes()
	for _, name := range []string{"", "/" + string(store.FingerprintKey), "/" + string(store.ValuesDocument)} {
		if mode, ok := modes[of.Place()+name]; !ok || mode.Perm()&0o077 != 0 {
			t.Errorf("%s%s: mode %v", of.Place(), name, mode)
		}
	}
	must(t, l.Close())
}
