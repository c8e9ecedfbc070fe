package plainfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSizes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for size, fits := range map[int]bool{0: true, 1023: true, 1024: true, 1025: false, 9000: false} {
		text := strings.Repeat("x", size)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		data, err := Read(path, 1024)
		if fits && (err != nil || string(data) != text) || !fits && (!errors.Is(err, ErrSize) || len(data) > 0) {
			t.Errorf("%d bytes: %d read, %v", size, len(data), err)
		}
		// A size that is not known before reading: a stream, or a file that grows.
		read, err := io.ReadAll(Capped(strings.NewReader(text), "f", 1024))
		if fits != (err == nil) || len(read) > 1024 || !fits && !errors.Is(err, ErrSize) {
			t.Errorf("%d bytes of a stream: %d read, %v", size, len(read), err)
		}
	}
	must(t, os.WriteFile(path, make([]byte, 1025), 0o600))
	if _, err := Read(path, 1024); err == nil || !strings.HasSuffix(err.Error(), "f: too large: at most 1 KiB are read") {
		t.Errorf("error %v", err)
	}
}
