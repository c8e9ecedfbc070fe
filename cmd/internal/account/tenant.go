package account

import (
	"errors"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// OpenTenant opens what is remembered of the account's tenant, and makes room for
// it if need be.
func (a *Account) OpenTenant(st store.Store) (store.Tenant, error) {
	tenant, err := st.Tenant(a.Spec.Name, a.Tenant.ID)
	switch {
	case errors.Is(err, store.ErrNoPlace):
		return nil, &failure.Error{Kind: failure.Usage, Err: err, Hint: "name a folder with --state"}
	case err != nil:
		return nil, failure.Wrap(failure.Stopped, err)
	}
	return tenant, nil
}
