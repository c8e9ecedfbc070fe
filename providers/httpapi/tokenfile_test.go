package httpapi

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyroster/io/plainfile/linktest"
	"keyroster/io/rights"
	"keyroster/io/rights/rightstest"
	"keyroster/reconcile"
)

func TestUnusableTokenFile(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(path string) error
		want  string
		hint  string
	}{
		"missing": {os.Remove, "no token file", "keyroster login"},
		"others may read": {func(p string) error {
			rightstest.Widen(t, p, true)
			return nil
		}, "others can read it (", rights.Remedy("")[:6]},
		"no JSON": {
			func(p string) error { return os.WriteFile(p, []byte("rt-0"), 0o600) }, "not the JSON",
			"keyroster login",
		},
		"empty": {func(p string) error { return os.Truncate(p, 0) }, "not the JSON", "keyroster login"},
		"no refresh token": {func(p string) error {
			return os.WriteFile(p, []byte(`{"access_token":"revoked"}`), 0o600)
		}, "no refresh token", "keyroster login"},
		"a folder": {
			func(p string) error { return errors.Join(os.Remove(p), os.Mkdir(p, 0o700)) },
			"not a regular file", "give a file name",
		},
		"a folder where the lock should be": {func(p string) error {
			return errors.Join(os.Remove(p+".lock"), os.Mkdir(p+".lock", 0o700))
		}, "lock token file", "mount the folder"},
	} {
		t.Run(name, func(t *testing.T) {
			i, path, open := tokenWorld(t, "revoked", time.Time{})
			if err := tc.spoil(path); err != nil {
				t.Fatal(err)
			}
			err := get(t, open())
			if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "rt-0") {
				t.Errorf("got %v, want …%s…", err, tc.want)
			}
			if f, ok := errors.AsType[*reconcile.Failure](err); !ok || !strings.HasPrefix(f.Hint, tc.hint) && !strings.Contains(f.Hint, " "+tc.hint) {
				t.Errorf("the hint of %v is %+v, want one of %s", err, f, tc.hint)
			}
			if i.refreshes+i.reused != 0 {
				t.Error("the refresh token was used although the next could not be stored")
			}
		})
	}
}

// TestUnreplaceableTokenFileIsNoticedBeforeTheRefresh uses a file name so long that no temporary
// name beside it fits: unlike permissions, that stops root too.
func TestUnreplaceableTokenFileIsNoticedBeforeTheRefresh(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	long := filepath.Join(filepath.Dir(path), strings.Repeat("x", 250))
	if err := os.Rename(path, long); err != nil {
		t.Fatal(err)
	}
	base := open().base.String()
	auth := RotatingToken(TokenFile(long), TokenEndpoint{URL: base + "/oauth/token", ClientID: "cid", ClientSecret: reconcile.NewSecret("csecret")})
	err := get(t, newTestClient(t, Config{BaseURL: base}, auth))
	if reconcile.ClassOf(err) != reconcile.Denied || !strings.Contains(err.Error(), "write token file") || i.refreshes != 0 {
		t.Errorf("got %v after %d refreshes", err, i.refreshes)
	}
}

// TestUnstorableTokenIsKeptAndStoredLater takes the folder away after the file proved replaceable
// and before the answer.
func TestUnstorableTokenIsKeptAndStoredLater(t *testing.T) {
	i, path, open := tokenWorld(t, "revoked", time.Time{})
	folder := filepath.Dir(path)
	away := folder + "-away"
	i.before = func() {
		if err := os.Rename(folder, away); err != nil {
			t.Error(err)
		}
	}
	c := open()
	if err := get(t, c); reconcile.ClassOf(err) != reconcile.Denied || i.refreshes != 1 {
		t.Fatalf("got %v after %d refreshes", err, i.refreshes)
	}
	if err := os.Rename(away, folder); err != nil {
		t.Fatal(err)
	}
	if err := get(t, c); err != nil || i.refreshes != 1 || i.reused != 0 {
		t.Errorf("got %v after %d refreshes", err, i.refreshes)
	}
	if got := stored(t, path); got != "at-1 rt-1" {
		t.Errorf("the file holds %s", got)
	}
}

func TestTokenFileBehindALink(t *testing.T) {
	_, path, open := tokenWorld(t, "revoked", time.Time{})
	real := filepath.Join(t.TempDir(), "real.token")
	if err := os.Rename(path, real); err != nil {
		t.Fatal(err)
	}
	if !linktest.Symlink(t, real, path) {
		return
	}
	if err := get(t, open()); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Lstat(path); info.Mode().Type() != os.ModeSymlink || stored(t, real) != "at-1 rt-1" {
		t.Errorf("the link is now %v, the file behind it holds %s", info.Mode(), stored(t, real))
	}
}
