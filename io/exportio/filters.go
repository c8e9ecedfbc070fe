package exportio

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// HolderIDs are the ids of the holders whose column has that text, as far as the
// credentials show: e-mail addresses ignoring case, others exactly.
func (a *Account) HolderIDs(column, text string) ([]string, error) {
	var ids []string
	for n := range a.Records.Len() {
		r := a.Records.Record(n)
		have, id := r.Text(column), r.Of(reconcile.HolderID)
		if column == a.Records.Schema().NameOf(reconcile.HolderEmail) {
			have, text = strings.ToLower(have), strings.ToLower(text)
		}
		if id != "" && have == text && !slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id))
		}
	}
	return ids, nil
}

// Filters say which credentials an export has; the zero value is all of them.
// Several texts of one filter are alternatives, and every filter must let a
// credential pass.
type Filters struct {
	// Types are ids or names of types, Holders ids, references or e-mail addresses,
	// Statuses statuses, all ignoring case.
	Types    []string `json:"types"`
	Holders  []string `json:"holders"`
	Statuses []string `json:"statuses"`
}

// None reports whether everything passes.
func (f Filters) None() bool { return len(f.Types)+len(f.Holders)+len(f.Statuses) == 0 }

// Equal reports whether two filters pass the same credentials, as far as their texts show.
func (f Filters) Equal(other Filters) bool { return reflect.DeepEqual(f.clean(), other.clean()) }

// clean is the filters with their texts sorted, in lower case and without duplicates.
func (f Filters) clean() Filters {
	for _, list := range []*[]string{&f.Types, &f.Holders, &f.Statuses} {
		tidy := []string{}
		for _, text := range *list {
			tidy = append(tidy, strings.ToLower(text))
		}
		slices.Sort(tidy)
		*list = slices.Compact(tidy)
	}
	return f
}

// String is the filters as a person reads them.
func (f Filters) String() string {
	var words []string
	for _, one := range []struct {
		name string
		list []string
	}{{"type", f.Types}, {"holder", f.Holders}, {"status", f.Statuses}} {
		if len(one.list) > 0 {
			words = append(words, one.name+" "+strings.Join(one.list, " or "))
		}
	}
	if len(words) == 0 {
		return "none: every credential of the account"
	}
	return strings.Join(words, "; ")
}

// passes reports whether a record of a source passes, given what is known of its holder.
func (f Filters) passes(s *Source, r reconcile.Record, holder *reconcile.Holder) bool {
	held := anyOf(f.Holders, r.Of(reconcile.HolderID), holder.Email, holder.Ref)
	if s.HolderIDs != nil {
		held = slices.Contains(s.HolderIDs, r.Of(reconcile.HolderID))
	}
	typed := anyOf(f.Types, r.Of(reconcile.TypeID), r.Of(reconcile.TypeName), r.Of(reconcile.Title)) ||
		slices.Contains(s.TypeIDs, cmp.Or(r.Of(reconcile.TypeID), r.ID()))
	return held && typed && anyOf(f.Statuses, r.Of(reconcile.Status))
}

func anyOf(wanted []string, texts ...string) bool {
	if len(wanted) == 0 {
		return true
	}
	for _, text := range texts {
		if text != "" && slices.Contains(wanted, strings.ToLower(text)) {
			return true
		}
	}
	return false
}
