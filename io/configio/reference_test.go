package configio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/configio"
)

func write(t *testing.T, path, text string, perm os.FileMode) string {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, perm)); err != nil {
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
	write(t, filepath.Join(dir, "token"), " s3cret é \n", 0o600)
	write(t, filepath.Join(dir, "windows"), "s3cret\r\n", 0o600)
	write(t, filepath.Join(dir, "bare"), "s3cret", 0o600)
	write(t, filepath.Join(dir, "show"), "#!/bin/sh\necho \"$1 in $(basename \"$PWD\")\"\n", 0o700)
	env := func(name string) string { return map[string]string{"TOKEN": "from env"}[name] }
	tests := map[string]string{
		"env:TOKEN":                             "from env",
		"file:token":                            " s3cret é ",
		"file:windows":                          "s3cret",
		"file:" + filepath.Join(dir, "bare"):    "s3cret",
		"exec:./show 'a  b'":                    "a  b in " + filepath.Base(dir),
		`exec:printf %s "a \"b\" \$c \d" e'|'f`: `a "b" $c \de|f`,
		"abc":                                   "abc",
	}
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
	write(t, path("empty"), "\n", 0o600)
	write(t, path("lines"), secret+"\n"+secret+"\n", 0o600)
	write(t, path("bom"), "\ufeff"+secret, 0o600)
	write(t, path("binary"), secret+"\x00\xff", 0o600)
	write(t, path("large"), strings.Repeat(secret, 10_000), 0o600)
	tests := map[string]string{
		"env:MISSING":                 "resolve env:MISSING: the environment variable is not set or empty",
		"file:missing":                "resolve file:missing: no such file or directory",
		"file:.":                      "resolve file:.: not a regular file: it is a folder",
		"file:empty":                  "resolve file:empty: the value is empty",
		"file:lines":                  "resolve file:lines: the value has more than one line",
		"file:bom":                    "resolve file:bom: the value holds bytes that are not plain text, such as a byte order mark",
		"file:binary":                 "resolve file:binary: the value holds bytes",
		"file:large":                  "resolve file:large: the value is larger than 64 KiB",
		"exec:true":                   "resolve exec:true: the value is empty",
		"exec:./missing " + secret:    "resolve exec:./missing …: no such file or directory",
		"exec:no-such-tool " + secret: "resolve exec:no-such-tool …: executable file not found in $PATH",
		"exec:sh -c 'echo " + secret + "; echo " + secret + " >&2; exit 3'": "resolve exec:sh …: the command ended with exit status 3; run it by hand",
		"exec:sh -c 'yes " + secret + " | head -c 1000000'":                 "resolve exec:sh …: the value is larger than 64 KiB",
	}
	for text, want := range tests {
		ref := reference(t, text)
		got, err := ref.Resolve(t.Context(), dir, func(string) string { return "" })
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), secret) || !got.IsZero() {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

// A command that does not end is killed with the caller's patience, and what
// it left running does not hold us up.
func TestCommandsAreKilled(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := reference(t, "exec:sleep 3600").Resolve(ctx, ".", os.Getenv)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	_, err = reference(t, "exec:echo x").Resolve(ctx, ".", os.Getenv)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a command was run after the end: %v", err)
	}
}

func TestParseReferenceFails(t *testing.T) {
	for _, text := range []string{
		"env:", "env:A-B", "env:1A", "env: A", "file:", "file:a\x00b", "exec:", "exec: ", "exec:''", "exec:a 'b", `exec:a "b`, `exec:a \`,
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
	write(t, filepath.Join(dir, "open"), "x", 0o644)
	write(t, filepath.Join(dir, "group"), "x", 0o640)
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
	write(t, filepath.Join(dir, "secret"), "s3cret\n", 0o644)
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
	if err == nil || err.Error() != "read auth.api_key of account lab: resolve env:SEAM_API_KEY: the environment variable is not set or empty" {
		t.Errorf("error %v", err)
	}
}

// Relative paths are those of the configuration's folder, wherever it was
// named from.
func TestRelativeConfigurationPath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Mkdir("samples", 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, "samples/k.yaml", full, 0o600)
	c, err := configio.Load("samples/k.yaml", known())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Accounts["demo"].Sandbox.State; got != "samples/doorflow.json" {
		t.Errorf("state %s", got)
	}
	auth, _, err := c.Accounts["hq"].ResolveAuth(t.Context(), func(string) string { return "x" })
	if err != nil || auth["token_file"].Reveal() != filepath.Join(dir, "samples", "hq.token") {
		t.Errorf("token file %s, %v", auth["token_file"].Reveal(), err)
	}
}
