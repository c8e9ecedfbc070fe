package account

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"keyroster/reconcile"
)

// Names are a holder's name and address, empty when the provider has none, or has
// not read them.
func (a *Account) Names(id string) (name, email string) {
	if id == "" || a.HolderName == nil {
		return "", ""
	}
	return a.HolderName(id)
}

// LookUp reads the holders that are to be named, where the listing leaves people out;
// [Account.Names] knows them from then on. Without ids, and where the provider has no
// look-up, nothing is read.
func (a *Account) LookUp(ctx context.Context, ids []string) error {
	if a.LookUpHolders == nil || len(ids) == 0 {
		return nil
	}
	return a.LookUpHolders(ctx, ids)
}

// OneLineNames are the names for a sentence: a line break in one would begin a line that
// looks like one of the program's own.
func (a *Account) OneLineNames(id string) (name, email string) {
	name, email = a.Names(id)
	return onOneLine(name), onOneLine(email)
}

// onOneLine is a text with blanks for line breaks.
func onOneLine(text string) string {
	breaks := func(r rune) bool { return r >= '\n' && r <= '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 }
	return strings.Join(strings.FieldsFunc(text, breaks), " ")
}

// Zone is the time zone of the account: the configuration's, else the provider's, else UTC.
func (a *Account) Zone() *time.Location {
	return cmp.Or(a.Config.TimeZone, a.Tenant.Location, time.UTC)
}

// OwnTypes are the types of credentials that the account has and others may not; none where all
// accounts of the provider have the same ones, and where the login may not read them.
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
