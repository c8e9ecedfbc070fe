package statedir_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/statedir"
)

func TestValues(t *testing.T) {
	d := open(t, t.TempDir())
	if got, err := d.Values(); err != nil || len(got.ByID) != 0 {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	want := statedir.Values{KeyID: "0123456789abcdef", ByID: map[string]string{"P1": "aa", "<P&2>": "bb"}}
	if err := d.SaveValues(want); !errors.Is(err, statedir.ErrNotLocked) {
		t.Errorf("without the lock: %v", err)
	}
	must(t, d.Lock(statedir.Holder{}))
	defer d.Close()
	must(t, d.SaveValues(want))
	perm(t, filepath.Join(d.Path(), "values.json"), 0o600)
	got, err := d.Values()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestValuesThatCannotBeRead(t *testing.T) {
	for _, text := range []string{
		"", "null", "[]", "{}", `{"schema":"keyroster/values/1"}`, `{"schema":"keyroster/values/2","key_id":"k","values":{}}`,
		`{"schema":"keyroster/values/1","key_id":"k","values":{"P1":7}}`, `{"schema":"keyroster/values/1","key_id":"k","values":{"P1":"a"`,
	} {
		d := open(t, t.TempDir())
		must(t, os.WriteFile(filepath.Join(d.Path(), "values.json"), []byte(text), 0o600))
		if _, err := d.Values(); err == nil || !strings.Contains(err.Error(), "move it away") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
