package configio_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio"
	"keyroster/io/rights/rightstest"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

func reference(t *testing.T, text string) configio.Reference {
	t.Helper()
	ref, err := configio.ParseReference(text)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "token"), " s3cret é \n")
	write(t, filepath.Join(dir, "windows"), "s3cret\r\n")
	write(t, filepath.Join(dir, "bare"), "s3cret")
	runs(t, dir, map[string]string{
		"env:TOKEN":                          "from env",
		"file:token":                         " s3cret é ",
		"file:windows":                       "s3cret",
		"file:" + filepath.Join(dir, "bare"): "s3cret",
		"abc":                                "abc",
	})
}

// runs asserts the value of each reference.
func runs(t *testing.T, dir string, tests map[string]string) {
	t.Helper()
	env := func(name string) string { return map[string]string{"TOKEN": "from env"}[name] }
	for text, want := range tests {
		got, err := reference(t, text).Resolve(t.Context(), dir, env)
		if err != nil || got.Reveal() != want {
			t.Errorf("%s is %q, %v, want %q", text, got.Reveal(), err, want)
		}
	}
}

func TestResolveFails(t *testing.T) {
	const secret = "s3cret-4f9Q"
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write(t, path("empty"), "\n")
	write(t, path("lines"), secret+"\n"+secret+"\n")
	write(t, path("bom"), "\ufeff"+secret)
	write(t, path("binary"), secret+"\x00\xff")
	write(t, path("large"), strings.Repeat(secret, 10_000))
	fails(t, dir, secret, map[string]string{
		"env:MISSING":                 "resolve env:MISSING: the environment variable is empty or not set",
		"file:missing":                "resolve file:missing: " + noFile(false),
		"file:.":                      "resolve file:.: not a regular file: it is a folder",
		"file:empty":                  "resolve file:empty: the value is empty",
		"file:lines":                  "resolve file:lines: the value has more than one line",
		"file:bom":                    "resolve file:bom: the value holds bytes that are not plain text, such as a byte order mark",
		"file:binary":                 "resolve file:binary: the value holds bytes",
		"file:large":                  "resolve file:large: the value is larger than 64 KiB",
		"exec:./missing " + secret:    "resolve exec:./missing …: ",
		"exec:no-such-tool " + secret: "resolve exec:no-such-tool …: executable file not found in ",
	})
}

// fails asserts how the error of each reference begins, and that it shows no secret.
func fails(t *testing.T, dir, secret string, tests map[string]string) {
	t.Helper()
	for text, want := range tests {
		ref := reference(t, text)
		got, err := ref.Resolve(t.Context(), dir, func(string) string { return "" })
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), secret) || !got.IsZero() {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

func TestParseReferenceFails(t *testing.T) {
	for _, text := range []string{
		"env:", "env:A-B", "env:1A", "env: A", "file:", "file:a\x00b", "exec:", "exec: ", "exec:''", "exec:a 'b", `exec:a "b`,
		"exec:a | b", "exec:a > b", "exec:a; b", "exec:a & b", "exec:a $B", "exec:a `b`", "exec:< a",
	} {
		_, err := configio.ParseReference(text)
		if _, rest, _ := strings.Cut(text, ":"); err == nil || len(rest) > 1 && strings.Contains(err.Error(), rest) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestReferencesDoNotPrintValues(t *testing.T) {
	const secret = "s3cret-4f9Q"
	type holder struct {
		Ref    configio.Reference
		hidden configio.Reference
	}
	for _, text := range []string{secret, "exec:curl -u " + secret} {
		ref := reference(t, text)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, ref) + fmt.Sprintf(verb, &ref) + fmt.Sprintf(verb, []configio.Reference{ref}) + fmt.Sprintf(verb, map[string]configio.Reference{"a": ref}); strings.Contains(got, secret) {
				t.Errorf("%s prints %s", verb, got)
			}
		}
		data, err := json.Marshal(holder{ref, ref})
		if err != nil || strings.Contains(string(data), secret) {
			t.Errorf("marshals as %s, %v", data, err)
		}
	}
}

func TestWarning(t *testing.T) {
	dir := t.TempDir()
	rightstest.Widen(t, write(t, filepath.Join(dir, "open"), "x"), true)
	rightstest.Widen(t, write(t, filepath.Join(dir, "group"), "x"), false)
	if w := reference(t, "file:open").Warning(dir); !strings.HasPrefix(w, "file:open can be read by every user") {
		t.Errorf("warning %q", w)
	}
	for _, text := range []string{"file:group", "file:missing", "env:X", "exec:x", "abc"} {
		if w := reference(t, text).Warning(dir); w != "" {
			t.Errorf("%s: warning %q", text, w)
		}
	}
}

func TestResolveAuth(t *testing.T) {
	c := loaded(t, full+"  other: {provider: doorflow, auth: {client_id: env:ID, client_secret: file:secret, token_file: env:TOKEN_FILE}}\n")
	dir := filepath.Dir(c.Path)
	rightstest.Widen(t, write(t, filepath.Join(dir, "secret"), "s3cret\n"), true)
	env := map[string]string{"DOORFLOW_CLIENT_ID": "id", "DOORFLOW_CLIENT_SECRET": "s3cret", "ID": "id2", "TOKEN_FILE": "state/token", "P1_SECRET": "p1"}
	resolve := func(name string) (map[string]string, []string) {
		t.Helper()
		auth, warnings, err := c.Accounts[name].ResolveAuth(t.Context(), func(n string) string { return env[n] })
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for n, s := range auth {
			out[n] = s.Reveal()
		}
		return out, warnings
	}
	got, warnings := resolve("hq")
	if diff := cmp.Diff(map[string]string{"client_id": "id", "client_secret": "s3cret", "token_file": filepath.Join(dir, "hq.token")}, got); diff != "" || warnings != nil {
		t.Error(diff, warnings)
	}
	got, warnings = resolve("other")
	if diff := cmp.Diff(map[string]string{"client_id": "id2", "client_secret": "s3cret", "token_file": filepath.Join(dir, "state", "token")}, got); diff != "" {
		t.Error(diff)
	}
	if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "auth.client_secret of account other: file:secret can be read") {
		t.Errorf("warnings %q", warnings)
	}
	got, _ = resolve("wallet")
	if got["client_id"] != "00123" {
		t.Errorf("client_id %q", got["client_id"])
	}

	_, _, err := c.Accounts["lab"].ResolveAuth(t.Context(), func(string) string { return "" })
	const want = "read auth.api_key of account lab: resolve env:SEAM_API_KEY: " +
		"the environment variable is empty or not set"
	if err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
}

// TestRelativeConfigurationPath: relative paths start from the configuration's folder, even if the
// configuration itself is named by a relative path.
func TestRelativeConfigurationPath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Mkdir("samples", 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, "samples/k.yaml", full)
	c, err := configio.Load("samples/k.yaml", known())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Accounts["demo"].Sandbox.State; got != filepath.Join("samples", "doorflow.json") {
		t.Errorf("state %s", got)
	}
	auth, _, err := c.Accounts["hq"].ResolveAuth(t.Context(), func(string) string { return "x" })
	if err != nil || auth["token_file"].Reveal() != filepath.Join(dir, "samples", "hq.token") {
		t.Errorf("token file %s, %v", auth["token_file"].Reveal(), err)
	}
}
