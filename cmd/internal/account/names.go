package account

import (
	"context"
	"strings"
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

// Spoken are the names for a sentence: a line break in one would begin a line that
// looks like one of the program's own.
func (a *Account) Spoken(id string) (name, email string) {
	name, email = a.Names(id)
	return onOneLine(name), onOneLine(email)
}

// onOneLine is a text with blanks for line breaks.
func onOneLine(text string) string {
	breaks := func(r rune) bool { return r >= '\n' && r <= '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 }
	return strings.Join(strings.FieldsFunc(text, breaks), " ")
}
