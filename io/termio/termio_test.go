package termio

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

var hostiles = []struct{ text, want string }{
	{"\x1b[31mred", `\x1b[31mred`},
	{"bell\a", `bell\x07`},
	{"del\x7f", `del\u007f`},
	{"c1\u009b31m", `c1\u009b31m`},
	{"raw\x9b31m", `raw\x9b31m`},
	{"a\u202eb", `a\u202eb`},
	{"a\u2066b\u2069", `a\u2066b\u2069`},
	{"sep\u2028\u2029", `sep\u2028\u2029`},
	{"ze\u200bro\ufeff\u2060", `ze\u200bro\ufeff\u2060`},
	{"ad\u200dmin", `ad\u200dmin`},
	{"tag\U000e0041", `tag\udb40\udc41`},
}

var friends = []string{"Jürgen Meyer", "日本語", "👩\u200d💻", "نمی\u200cخواهم", "••••66 -> ••••78 …", "✅ ± ⏎", "क्\u200dष"}

func TestEscape(t *testing.T) {
	for _, c := range hostiles {
		if got := Escape(c.text); got != c.want {
			t.Errorf("Escape(%q) = %s, want %s", c.text, got, c.want)
		}
	}
	for _, text := range friends {
		if got := Escape(text); got != text {
			t.Errorf("Escape(%q) = %q", text, got)
		}
	}
	if got := Escape("one\r\ntwo\tthree"); got != `one\x0d\x0atwo\x09three` {
		t.Errorf("a field with line breaks: %s", got)
	}
}

// TestWriter writes each text whole and byte by byte.
func TestWriter(t *testing.T) {
	write := func(text string, size int) string {
		var out bytes.Buffer
		w := NewWriter(&out)
		for p := []byte(text); len(p) > 0; {
			n := min(size, len(p))
			if got, err := w.Write(p[:n]); got != n || err != nil {
				t.Fatal(got, err)
			}
			p = p[n:]
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	for _, size := range []int{1, 3, 1 << 10} {
		for _, c := range hostiles {
			if got := write(c.text, size); got != c.want {
				t.Errorf("%d: %q: %s, want %s", size, c.text, got, c.want)
			}
		}
		for _, text := range append(friends, "a\n\tb\n") {
			if got := write(text, size); got != text {
				t.Errorf("%d: %q: %q", size, text, got)
			}
		}
		if got := write("half \xe2\x80", size); got != `half \xe2\x80` {
			t.Errorf("%d: an unfinished rune: %s", size, got)
		}
	}
	if got := write("over\rwritten\r\n", 1<<10); got != "over\\x0dwritten\r\n" {
		t.Errorf("carriage returns: %q", got)
	}
}

// TestDocumentsSayTheSame: what a JSON document holds is escaped in JSON's own way.
func TestDocumentsSayTheSame(t *testing.T) {
	for _, c := range hostiles {
		raw, err := json.Marshal(c.text)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := NewWriter(&out).Write(raw); err != nil {
			t.Fatal(err)
		}
		var before, after string
		if err := json.Unmarshal(raw, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out.Bytes(), &after); err != nil || after != before {
			t.Errorf("%q became %q, %v", before, after, err)
		}
	}
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"hq": "hq", "runs/20260131T020001Z-hq": "runs/20260131T020001Z-hq", "": "''", "a b": "'a b'", "it's": `'it'\''s'`,
		"$(reboot)": "'$(reboot)'", "a\x1bb": `'a\x1bb'`, "a;b": "'a;b'",
	} {
		if got := quote("linux", word); got != want {
			t.Errorf("Quote(%q) = %s, want %s", word, got, want)
		}
	}
}

func FuzzWriter(f *testing.F) {
	for _, c := range hostiles {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var out bytes.Buffer
		w := NewWriter(&out)
		_, _ = w.Write([]byte(text))
		_ = w.Flush()
		if got := out.String(); !utf8.ValidString(got) || strings.ContainsAny(got, "\x1b\a\u202e\u009b\u200b") {
			t.Errorf("%q", got)
		}
	})
}

// TestQuoteForWindows: to cmd.exe an apostrophe is an ordinary character, and a backslash has no
// special meaning.
func TestQuoteForWindows(t *testing.T) {
	for word, want := range map[string]string{
		"": `""`, "hq": "hq", `runs\1`: `runs\1`, `C:\my runs\1`: `"C:\my runs\1"`, "it's": `"it's"`, `a"b`: `"a\"b"`,
	} {
		if got := quote("windows", word); got != want {
			t.Errorf("quote(%q) = %s, want %s", word, got, want)
		}
	}
}
