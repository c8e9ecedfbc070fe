package migration

import (
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/cards"
)

// Rules say how records of other accounts become rows of one. The zero value moves what
// needs no rule.
type Rules struct {
	// Types has the target's type by the source's, which is named by its id or by its name
	// without regard to case. [LeaveBehind] moves none of it.
	Types map[string]string
	// Cards respells the numbers of a source's type, named as in Types.
	Cards map[string]Respelling
	// Lengths bounds the values of a source's type, named as in Types, to what the target
	// accepts, after they are respelt.
	Lengths map[string]Length
	// Set fills cells of every row, by column, that the source does not fill.
	Set map[string]string
	// Drop has the source's columns whose content may be lost; otherwise a record stays
	// behind if the target cannot hold it.
	Drop []string
}

// Settable reports whether [Rules.Set] may give a column to every new record. What a record
// is, whose it is, whether it exists and what it opens belong to each record alone.
func Settable(c *reconcile.Column) bool {
	if c.Role == reconcile.RoleMatch {
		return c.Pairs && c.Can&reconcile.CanMove == 0 && c.Means != reconcile.HolderID && c.Means != reconcile.TypeID
	}
	return c.Role == reconcile.RoleManaged && c.Can&reconcile.CanCreate != 0 && !c.Secret() && !c.Pairs
}

// LeaveBehind is the word for a type of which nothing is moved.
const LeaveBehind = "none"

// Respelling is how the numbers of a type are spelt on either side.
type Respelling struct{ From, To cards.Format }

// Side is what is known about one of the two accounts.
type Side struct {
	// Account is its name in the configuration, Title the provider's.
	Account, Title string
	Schema         *reconcile.Schema
	// Holders are all holders by id; nil if the provider has none.
	Holders *reconcile.Holders
	// PINTypes has the ids of the types whose values are PINs; nil if only their words show
	// it.
	PINTypes map[string]bool
	// Types are the types that the account offers; nil if it does not say.
	Types []reconcile.Choice
	// Named are those types with all names that rosters may give them; nil if it does not
	// say.
	Named []reconcile.Type
	// Places are the names of the doors that a new record may be given, by the part of the
	// account (Seam: the access system).
	Places map[string][]string
}

// keepsHolders reports whether the records of a side belong to people.
func (s *Side) keepsHolders() bool { return s.Schema.At(reconcile.HolderID) >= 0 }

// fold makes names comparable without regard to case.
func fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
