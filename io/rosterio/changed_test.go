package rosterio_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// TestChangedWhileRead: a file that another program writes to while it is read is refused.
func TestChangedWhileRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.csv")
	if err := os.WriteFile(path, []byte("card_id,title\nA,Staff\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	grow := func(any, func(reconcile.Finding)) {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString("B,Guest\n")
			_ = f.Close()
		}
		if err != nil {
			t.Error(err)
		}
	}
	_, err := rosterio.Read(t.Context(), []string{path}, rosterio.Options{Schema: detailSchema(), Row: card{}, Check: grow})
	if err == nil || !strings.Contains(err.Error(), "changed while it was read") {
		t.Errorf("%v", err)
	}
}
