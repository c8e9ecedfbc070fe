package account

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"keyroster/reconcile"
)

// Names returns a holder's name and address, empty if the provider has none or has not read them yet.
func (a *Account) Names(id string) (name, email string) {
	if id == "" || a.HolderName == nil {
		return "", ""
	}
	return a.HolderName(id)
}

// LookUp reads the given holders where the listing does not include people, so that
// [Account.Names] knows them. It reads nothing if there are no ids, or if the provider cannot
// look people up.
func (a *Account) LookUp(ctx context.Context, ids []string) error {
	if a.LookUpHolders == nil || len(ids) == 0 {
		return nil
	}
	return a.LookUpHolders(ctx, ids)
}

// OneLineNames returns the names for use in a sentence: a line break in one could fake a line
// of the program's own output.
func (a *Account) OneLineNames(id string) (name, email string) {
	name, email = a.Names(id)
	return onOneLine(name), onOneLine(email)
}

// onOneLine replaces line breaks with blanks.
func onOneLine(text string) string {
	breaks := func(r rune) bool { return r >= '\n' && r <= '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 }
	return strings.Join(strings.FieldsFunc(text, breaks), " ")
}

// Zone is the account's time zone: the configured one, else the provider's, else UTC.
func (a *Account) Zone() *time.Location {
	return cmp.Or(a.Config.TimeZone, a.Tenant.Location, time.UTC)
}

// OwnTypes returns the credential types specific to the account; none if all accounts of the
// provider share the same ones, or if the login may not read them.
func (a *Account) OwnTypes(ctx context.Context) ([]reconcile.Type, error) {
	kind := a.Spec.Schema.At(reconcile.TypeID)
	if a.Types == nil || kind < 0 || len(a.Spec.Schema.Columns[kind].Words) > 0 {
		return nil, nil
	}
	types, err := a.Types(ctx)
	if err != nil && reconcile.ClassOf(err) != reconcile.Denied {
		return nil, fmt.Errorf("read the types of credentials: %w", err)
	}
	return types, nil
}
