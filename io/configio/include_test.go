package configio_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio"
)

// tree writes files into a folder and loads keyroster.yaml there; if that fails, it returns what
// Open says.
func tree(t *testing.T, files map[string]string) (c *configio.Config, dir string, err error) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	c, err = configio.Load(filepath.Join(dir, "keyroster.yaml"), known())
	if err == nil {
		fitting(t, c)
		return c, dir, nil
	}
	c, err = configio.Open(filepath.Join(dir, "keyroster.yaml"), known())
	return c, dir, err
}

// below returns the text of an error with its paths relative to a folder, and with slashes.
func below(err error, dir string) string {
	text := strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	return strings.ReplaceAll(text, "d"+string(filepath.Separator), "d/")
}

// noFile returns what the system says about a missing file; nowhere means that its folder is
// missing too.
func noFile(nowhere bool) string {
	name := "missing"
	if nowhere {
		name = filepath.Join(name, "file")
	}
	_, err := os.Open(name)
	return errors.Unwrap(err).Error()
}

const (
	hq  = "accounts:\n  hq: {provider: seam, auth: {api_key: env:K}}\n"
	lab = "accounts:\n  lab: {provider: seam, auth: {api_key: env:K}}\n"
)

func TestIncludedAccounts(t *testing.T) {
	c, dir, err := tree(t, map[string]string{
		"keyroster.yaml":         hq + "include: [accounts.d/*.yaml, accounts.d/b.yaml]\n",
		"accounts.d/b.yaml":      "accounts:\n  b: {provider: seam, auth: {api_key: file:b.key}, roster: [b.csv, -], ca_file: ca.pem}\n",
		"accounts.d/a.yaml":      "include: more/**/*.yaml\naccounts:\n  a: {provider: seam, base_url: sandbox, sandbox: {state: a.json}}\n",
		"accounts.d/.b.yaml":     "accounts: {hidden: {}}\n",
		"accounts.d/more/c.yaml": "accounts:\n  c: {provider: doorflow, auth: {client_id: i, client_secret: file:s, token_file: c.token}}\n",
		"accounts.d/more/n/d.yaml": "accounts:\n  d: &d {provider: doorflow, auth: &x {api_key: env:K}}\n" +
			"  e: {provider: doorflow, auth: *x}\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"hq", "a", "c", "d", "e", "b"}, c.Names()); diff != "" {
		t.Error(diff)
	}
	for _, name := range c.Names() {
		if err := c.Broken(name); err != nil {
			t.Error(err)
		}
	}
	in := func(elem ...string) string { return filepath.Join(append([]string{dir, "accounts.d"}, elem...)...) }
	b := c.Accounts["b"]
	if diff := cmp.Diff([]string{in("b.csv"), "-"}, b.Roster); diff != "" || b.CAFile != in("ca.pem") || b.Dir() != in() {
		t.Errorf("%s %+v", diff, b)
	}
	if state := c.Accounts["a"].Sandbox.State; state != in("a.json") {
		t.Errorf("sandbox state %s", state)
	}
	write(t, in("more", "s"), "of-c\n")
	auth, _, err := c.Accounts["c"].ResolveAuth(t.Context(), func(string) string { return "" })
	if err != nil || auth["client_secret"].Reveal() != "of-c" || auth["token_file"].Reveal() != in("more", "c.token") {
		t.Errorf("auth %v, %v", auth, err)
	}
}

func TestIncludesThatStopAll(t *testing.T) {
	tests := map[string]struct {
		files map[string]string
		want  string
	}{
		"itself": {
			map[string]string{"keyroster.yaml": hq + "include: [keyroster.yaml]\n"},
			"keyroster.yaml:3:11: `include` forms a cycle: keyroster.yaml -> keyroster.yaml; remove one of these includes",
		},
		"itself by a pattern": {
			map[string]string{"keyroster.yaml": hq + "include: '*.yaml'\n"},
			"keyroster.yaml:3:10: `include` forms a cycle: keyroster.yaml -> keyroster.yaml; remove one of these includes",
		},
		"a cycle": {
			map[string]string{
				"keyroster.yaml": hq + "include: [d/a.yaml]\n", "d/a.yaml": lab + "include: [b.yaml]\n",
				"d/b.yaml": "include: [../d/a.yaml]\n",
			},
			"d/b.yaml:1:11: `include` forms a cycle: d/a.yaml -> d/b.yaml -> d/a.yaml; remove one of these includes",
		},
		"back to the first": {
			map[string]string{"keyroster.yaml": hq + "include: d/a.yaml\n", "d/a.yaml": "include:\n  - ../keyroster.yaml\n"},
			"d/a.yaml:2:5: `include` forms a cycle: keyroster.yaml -> d/a.yaml -> keyroster.yaml; remove one of these includes",
		},
		"missing": {
			map[string]string{"keyroster.yaml": hq + "include: [d/a.yaml]\n"},
			"keyroster.yaml:3:11: `d/a.yaml` cannot be read: " + noFile(true),
		},
		"missing, further down": {
			map[string]string{"keyroster.yaml": hq + "include: [d/a.yaml]\n", "d/a.yaml": "include: [b.yaml]\n"},
			"d/a.yaml:1:11: `d/b.yaml` cannot be read: " + noFile(false),
		},
		"a folder": {
			map[string]string{"keyroster.yaml": hq + "include: [d]\n", "d/a.yaml": lab},
			"keyroster.yaml:3:11: `d` cannot be read: not a regular file: it is a folder",
		},
		"no pattern": {
			map[string]string{"keyroster.yaml": hq + "include: ['d/[.yaml']\n"},
			"keyroster.yaml:3:11: the files that `d/[.yaml` matches cannot be listed: syntax error in pattern",
		},
		"no text": {
			map[string]string{"keyroster.yaml": hq + "include: [{a: b}]\n"},
			"keyroster.yaml:3:11: `include` must be text",
		},
		"two lines": {
			map[string]string{"keyroster.yaml": hq + "include: \"a\\nb\"\n"},
			"keyroster.yaml:3:10: `include` holds invisible characters; write only the path or pattern",
		},
		"no account at all": {
			map[string]string{"keyroster.yaml": "include: accounts.d/*.yaml\n"},
			"keyroster.yaml:1:1: there is no account, also not in the included files; add an account with its `provider`",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, dir, err := tree(t, test.files)
			if err == nil {
				t.Fatal("no error")
			}
			if got := below(err, dir); got != test.want {
				t.Errorf("error\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestMistakesOfIncludedFiles: a mistake in an included file stops only that file or that account,
// and is reported with its own place; all else goes on.
func TestMistakesOfIncludedFiles(t *testing.T) {
	tests := map[string]struct{ text, account, want string }{
		"an account": {
			"accounts:\n  bad: {provider: seam, auth: {api_key: env:K}, rat: 5/s}\n", "bad",
			"d/a.yaml:2:49: unknown key `rat`; did you mean `rate`?",
		},
		"two of one name": {
			"accounts:\n  hq: {provider: doorflow, auth: {api_key: env:K}}\n", "hq",
			"d/a.yaml:2:3: the account `hq` is already defined at keyroster.yaml:2:3; " +
				"remove one of the two, or give it another name",
		},
		"no YAML":        {"accounts: {\n", "d/a.yaml", "d/a.yaml:1:11: the file is not valid YAML: could not find flow mapping end token '}'"},
		"nothing":        {"# later\n", "d/a.yaml", "d/a.yaml: the file is empty; write `accounts:` and below it one section for each account"},
		"no accounts":    {"- a\n", "d/a.yaml", "d/a.yaml:1:1: the file must be a section with `key: value` lines"},
		"empty accounts": {"accounts: {}\n", "d/a.yaml", "d/a.yaml:1:11: `accounts` is empty; add an account with its `provider`"},
		"defaults": {
			lab + "defaults: {seam: {rate: 1/s}}\n", "d/a.yaml",
			"d/a.yaml:3:1: `defaults` is not allowed in an included file; move it to keyroster.yaml",
		},
		"mask": {
			lab + "mask: {card: all}\n", "d/a.yaml",
			"d/a.yaml:3:1: `mask` is not allowed in an included file; move it to keyroster.yaml",
		},
		"an unknown key": {"acounts: {}\n" + lab, "d/a.yaml", "d/a.yaml:1:1: unknown key `acounts`; did you mean `accounts`?"},
		"bare accounts": {
			"bad: {provider: seam}\n", "d/a.yaml",
			"d/a.yaml:1:1: unknown key `bad`; put accounts under `accounts:`\n" +
				"d/a.yaml:1:1: there is no `accounts` section; an included file holds `accounts:`, `include:` or both",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, dir, err := tree(t, map[string]string{
				"keyroster.yaml": hq + "include: [d/*.yaml]\n", "d/a.yaml": test.text,
				"d/b.yaml": "accounts:\n  good: {provider: seam, auth: {api_key: env:K}}\n",
			})
			if err != nil {
				t.Fatal(err)
			}
			account := test.account
			if account == "d/a.yaml" {
				account = filepath.Join(dir, account)
			}
			if diff := cmp.Diff([]string{account}, c.Nightly()); account != "bad" && diff != "" {
				t.Error(diff)
			}
			_, err = c.Account(account)
			if err == nil {
				t.Fatalf("%s is an account of %q", account, c.Names())
			}
			if got := below(err, dir); got != test.want {
				t.Errorf("error\n%s\nwant\n%s", got, test.want)
			}
			if _, err := c.Account("good"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPatternThatFitsNothing: a pattern that matches no file means an empty accounts.d, which is
// reported but stops nothing.
func TestPatternThatFitsNothing(t *testing.T) {
	c, dir, err := tree(t, map[string]string{"keyroster.yaml": hq + "include: [accounts.d/*.yaml]\n"})
	if err != nil {
		t.Fatal(err)
	}
	want := []configio.Problem{{
		File: filepath.Join(dir, "keyroster.yaml"), Line: 3, Column: 11, Message: "no file matches `accounts.d/*.yaml`",
		Remedy: "add one that holds `accounts:`, or remove this line",
	}}
	if diff := cmp.Diff(want, c.Warnings); diff != "" {
		t.Error(diff)
	}
}
