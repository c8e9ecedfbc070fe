package history

import (
	"context"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/store"
)

// Known is what is known of an account's tenant before it is planned for. All of its
// members are filled.
type Known struct {
	Tenant store.Tenant
	Memory
	// Key makes the fingerprints of the account, and Marks are they.
	Key   []byte
	Marks *reportio.HMAC
	// LastWritten is what was last written where it cannot be read.
	LastWritten *LastWritten
}

// LoadReadOnly opens what is remembered of an account for a command that only looks.
func LoadReadOnly(ctx context.Context, st store.Store, acc *account.Account, log zerolog.Logger) (*Known, error) {
	tenant, err := acc.OpenTenant(st)
	if err != nil {
		return nil, err
	}
	return Load(ctx, st, tenant, acc, log)
}

// Load reads what is known of the account's tenant. Who means to change it holds
// its lock.
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

// NamedBefore is the look-up of those in no row at the last good run, as it stands
// now; nil where nothing is known of the tenant.
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
