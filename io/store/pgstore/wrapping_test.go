package pgstore_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"keyroster/io/store/pgstore"
	"keyroster/reconcile"
)

const planted = "AGE-SECRET-KEY-1PLANTED"

func wrapping(t testing.TB, key string) *pgstore.Wrapping {
	t.Helper()
	w, err := pgstore.NewWrapping(reconcile.NewSecret(key))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWrappingHidesAndGivesBack(t *testing.T) {
	w, again := wrapping(t, "0123456789abcdef"), wrapping(t, "0123456789abcdef \r\n")
	one, two := w.Wrap([]byte(planted), "secret", "a"), w.Wrap([]byte(planted), "secret", "a")
	if bytes.Equal(one, two) || bytes.Contains(one, []byte("PLANTED")) {
		t.Errorf("wrapped as %q and %q", one, two)
	}
	if plain, err := again.Unwrap(one, "secret", "a"); err != nil || string(plain) != planted {
		t.Errorf("unwrapped to %q, %v", plain, err)
	}
}

func TestWrappingRefuses(t *testing.T) {
	w := wrapping(t, "0123456789abcdef")
	wrapped := w.Wrap([]byte(planted), "secret", "doorflow", "seal.key", "abc")
	changed := bytes.Clone(wrapped)
	changed[len(changed)/2] ^= 1
	for name, unwrap := range map[string]func() ([]byte, error){
		"another key": func() ([]byte, error) {
			return wrapping(t, "0123456789abcdeF").Unwrap(wrapped, "secret", "doorflow", "seal.key", "abc")
		},
		"another tenant":   func() ([]byte, error) { return w.Unwrap(wrapped, "secret", "doorflow", "seal.key", "abd") },
		"another name":     func() ([]byte, error) { return w.Unwrap(wrapped, "secret", "doorflow", "fingerprint.key", "abc") },
		"what was changed": func() ([]byte, error) { return w.Unwrap(changed, "secret", "doorflow", "seal.key", "abc") },
		"what was cut":     func() ([]byte, error) { return w.Unwrap(wrapped[:20], "secret", "doorflow", "seal.key", "abc") },
		"nothing":          func() ([]byte, error) { return w.Unwrap(nil, "secret", "doorflow", "seal.key", "abc") },
	} {
		plain, err := unwrap()
		if err == nil || plain != nil || !strings.Contains(err.Error(), "fleet.key") || strings.Contains(err.Error(), "PLANTED") {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
	}
}

func TestWrappingKeys(t *testing.T) {
	for _, key := range []string{"", "short", "fifteen letters", "fifteen letters\n\n\n"} {
		_, err := pgstore.NewWrapping(reconcile.NewSecret(key))
		if err == nil || !strings.Contains(err.Error(), "openssl rand -base64 32") || key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestPackedFiles(t *testing.T) {
	w := wrapping(t, "0123456789abcdef")
	long := strings.Repeat("unlocked,8001,applied\n", 10_000)
	for _, c := range []struct {
		name, text string
		most       int
	}{
		{"report.csv", "", 2000},
		{"report.csv", "x", 2000},
		{"report.csv", long, 2000},
		{"report.xlsx", long, len(long) + 2000},
		{"report.json", long[:1000], 2000},
	} {
		packed, err := pgstore.Pack(w, c.name, func(to io.Writer) error {
			_, err := io.WriteString(to, c.text)
			return err
		}, []byte("place"))
		if err != nil || len(packed) > c.most {
			t.Errorf("%d bytes were packed to %d, %v", len(c.text), len(packed), err)
		}
		if got, err := pgstore.Unpack(w, packed, []byte("place")); err != nil || string(got) != c.text {
			t.Errorf("unpacked %d bytes of %d, %v", len(got), len(c.text), err)
		}
	}
	broken := errors.New("broken")
	if _, err := pgstore.Pack(w, "report.csv", func(io.Writer) error { return broken }, nil); !errors.Is(err, broken) {
		t.Errorf("packed: %v", err)
	}
}

func FuzzUnwrap(f *testing.F) {
	w := wrapping(f, "0123456789abcdef")
	f.Add([]byte(nil))
	f.Add(w.Wrap([]byte("x"), "elsewhere"))
	f.Fuzz(func(t *testing.T, wrapped []byte) {
		if plain, err := w.Unwrap(wrapped, "place"); err == nil {
			t.Errorf("%x was unwrapped to %q", wrapped, plain)
		}
	})
}
