package history

import (
	"context"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// Known is what is known of an account's tenant before planning. All fields are set.
type Known struct {
	Tenant store.Tenant
	Memory
	// Key is the key of the account's fingerprints, and Marks makes them.
	Key   []byte
	Marks *reportio.HMAC
	// LastWritten holds the last written values that listings do not show.
	LastWritten *LastWritten
}

// LoadReadOnly loads what is remembered of an account, for a command that writes nothing.
func LoadReadOnly(ctx context.Context, st store.Store, acc *account.Account, log zerolog.Logger) (*Known, error) {
	tenant, err := acc.OpenTenant(st)
	if err != nil {
		return nil, err
	}
	return Load(ctx, st, tenant, acc, log)
}

// Load loads what is known of the account's tenant. The caller must hold the tenant's lock if
// it is going to change it.
func Load(
	ctx context.Context, st store.Store, tenant store.Tenant, acc *account.Account,
	log zerolog.Logger,
) (*Known, error) {
	memory, err := LoadMemory(st, tenant, acc.Config.Name, log)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	values, err := store.ReadValues(tenant)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	key, err := acc.FingerprintKey(ctx, tenant)
	if err != nil {
		return nil, err
	}
	marks, err := reportio.NewHMAC(key)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	written := newLastWritten(values, marks, acc.Config.Unreadable == rememberValues, log)
	return &Known{Tenant: tenant, Memory: memory, Key: key, Marks: marks, LastWritten: written}, nil
}

// NamedBefore returns a function that reports whether the last good run had an unlisted person,
// by key; nil if nothing is known of the tenant.
func (k *Known) NamedBefore() func(key string) bool {
	if k == nil {
		return nil
	}
	named := map[string]bool{}
	for _, key := range store.ReadUnlisted(k.Tenant).Keys {
		named[key] = true
	}
	return func(key string) bool { return named[key] }
}
