package configio

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzLoad: no input makes Load panic, and a value in the place of a secret is never shown. The
// marker below auth stands for such a value.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "[]", "rate: 5/s", "{a: *x}", "<<: *a", "limits: {update: 3%}", "protect: [{type: pin}]", "? a\n: b", "&a x: *a", "roster: |\n  x",
		"sandbox: {latency: 3s}\nbase_url: sandbox", "%YAML 1.2\n---", "\"\\x", "a: b: c", "- - -", "!!binary x", "time_zone: UTC", "x: >-\n y",
	} {
		f.Add(seed, "env:K")
		f.Add("provider: p", seed)
	}
	settings := func() any {
		return &struct {
			Retry struct {
				Attempts int8 `yaml:"attempts"`
			} `yaml:"retry"`
			Types map[string][]string `yaml:"types"`
		}{}
	}
	known := []Provider{{
		Name: "p", Auth: [][]Member{{{Name: "key", Secret: true}}, {{Name: "id"}, {Name: "file", Path: true}}},
		Settings: settings, Columns: []Column{{Name: "type"}},
	}}
	const marker = "Xq7Zk9Wv3s"
	f.Fuzz(func(t *testing.T, lines, auth string) {
		check := func(text string) {
			read, file := parse("k.yaml", []byte(text), known)
			c, err := read.opened(file)
			if err == nil {
				c, err = c.whole()
			}
			if (c == nil) == (err == nil) {
				t.Fatalf("configuration %v with error %v", c, err)
			}
			if err == nil {
				for _, name := range c.Names() {
					if a := c.Accounts[name]; a.Provider != "p" || len(a.Limits) == 0 || a.Concurrency < 1 {
						t.Fatalf("account %+v", a)
					}
				}
				return
			}
			e, ok := errors.AsType[*Error](err)
			if !ok || len(e.Problems) == 0 || strings.Contains(fmt.Sprintf("%v %#v", err, err), marker) {
				t.Fatalf("error %v", err)
			}
		}
		check(lines)
		indented := strings.ReplaceAll(lines, "\n", "\n    ")
		check("accounts:\n  a:\n    provider: p\n    auth: {key: " + marker + "}\n    " + indented + "\n")
		check("accounts:\n  a:\n    " + indented + "\n    provider: p\n    auth:\n      key: " + marker + auth + "\n")
	})
}

// FuzzSplitWords: words that are quoted one by one come back unchanged.
func FuzzSplitWords(f *testing.F) {
	f.Add("a", "b c")
	f.Add("it's", `"x" \ $y`)
	f.Fuzz(func(t *testing.T, a, b string) {
		quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
		words, problem := splitWords(quote(a)+"  "+quote(b), '/')
		if !utf8.ValidString(a + "|" + b) {
			return // a configuration holds only valid UTF-8
		}
		if a == "" {
			if problem == "" {
				t.Fatal("no command is no problem")
			}
			return
		}
		if problem != "" || len(words) != 2 || words[0] != a || words[1] != b {
			t.Fatalf("words %q, %s", words, problem)
		}
	})
}

func TestNearest(t *testing.T) {
	known := []string{"concurrency", "rate", "page_size", "auth", "move"}
	tests := map[string]string{
		"concurency": "concurrency", "cocnurrency": "concurrency", "Rate": "rate", "rates": "rate", "page size": "page_size",
		"pagesize": "page_size", "author": "", "x": "", "": "", "mvoe": "move", "note": "", strings.Repeat("rate", 40): "",
	}
	for word, want := range tests {
		if got := Nearest(word, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}
