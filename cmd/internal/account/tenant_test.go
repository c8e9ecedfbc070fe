package account_test

import (
	"bytes"
	"errors"
	"io/fs"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// placeless is a store that opens no tenant and fails with err.
type placeless struct {
	store.Store
	err error
}

func (p placeless) Tenant(string, string) (store.Tenant, error) { return nil, p.err }

func TestOpenTenant(t *testing.T) {
	acc := of(nil)
	tenant, err := acc.OpenTenant(memory.New())
	if err != nil {
		t.Fatal(err)
	}
	if provider, id := tenant.Of(); provider != "doorflow" || id != "acme" {
		t.Errorf("%s %s", provider, id)
	}
	_, err = acc.OpenTenant(placeless{err: store.ErrNoPlace})
	wants(t, err, failure.Usage, store.ErrNoPlace.Error(), "name a folder with --state")
	_, err = acc.OpenTenant(placeless{err: fs.ErrPermission})
	wants(t, err, failure.Stopped, fs.ErrPermission.Error(),
		"give this user write permission there, or name another folder with --state")
	_, err = acc.OpenTenant(placeless{err: errors.New("disk full")})
	wants(t, err, failure.Stopped, "disk full", "")
}

func TestFingerprintKey(t *testing.T) {
	tenant, err := memory.New().Tenant("doorflow", "acme")
	if err != nil {
		t.Fatal(err)
	}
	acc := of(nil)
	acc.Config = &configio.Account{Name: "hq"}
	key, err := acc.FingerprintKey(t.Context(), tenant)
	again, _ := acc.FingerprintKey(t.Context(), tenant)
	if err != nil || len(key) != 32 || !bytes.Equal(key, again) {
		t.Errorf("%d bytes, %v", len(key), err)
	}
	for name, kind := range map[string]failure.Kind{"KEY": -1, "NONE": failure.Usage} {
		ref, err := configio.ParseReference("env:" + name)
		if err != nil {
			t.Fatal(err)
		}
		acc.Config.FingerprintKey = &ref
		key, err := acc.FingerprintKey(t.Context(), nil)
		if kind < 0 && (err != nil || string(key) != "0123456789abcdef") || kind >= 0 && (err == nil || failure.Of(err).Kind != kind) {
			t.Errorf("%s: %q %v", name, key, err)
		}
	}
}
