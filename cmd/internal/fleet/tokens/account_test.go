package tokens

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/account"
)

// TestNames: accounts that name one file have one token, by a name that all machines agree on; the
// same words in another folder are another file.
func TestNames(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"keyroster.yaml": `
include: [more/site.yaml]
accounts:
  one: {provider: doorflow, auth: {client_id: env:S, client_secret: env:S, token_file: hq.json}}
  two: {provider: doorflow, auth: {client_id: env:S, client_secret: env:S, token_file: ./hq.json}}
  key: {provider: doorflow, auth: {api_key: env:S}}
  env: {provider: doorflow, auth: {client_id: env:S, client_secret: env:S, token_file: env:FILE}}
  too: {provider: doorflow, auth: {client_id: env:S, client_secret: env:S, token_file: env:FILE}}
  own: {provider: doorflow, auth: {client_id: env:S, client_secret: env:S, token_file: own.json}}
`,
		"more/site.yaml": `
accounts:
  far: {provider: doorflow, auth: {client_id: env:S, client_secret: env:S, token_file: hq.json}}
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := account.LoadConfig(filepath.Join(dir, "keyroster.yaml"), os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"one": "one", "two": "one", "own": "own", "far": "far", "env": "env", "too": "env"} {
		one, err := all.Account(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := nameOf(all, one); got != want {
			t.Errorf("the token of %s is kept as that of %s, want %s", name, got, want)
		}
	}
	if one, err := all.Account("key"); err != nil || one.LoginFile() != "" {
		t.Errorf("a key has a token: %v", err)
	}
}

func TestUnreachable(t *testing.T) {
	why := errors.New("nobody answers")
	s := Unreachable(why)
	if _, err := s.Load(t.Context()); !errors.Is(err, why) {
		t.Error(err)
	}
	if err := s.Locked(t.Context(), nil); !errors.Is(err, why) || s.Words().Noun == "" {
		t.Error(err)
	}
}
