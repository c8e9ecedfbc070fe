package draft

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// typeFinder returns the ids of an account's types that a text names. by begins the error
// message for a type that does not exist.
type typeFinder func(text, by string) ([]string, error)

// typesOf finds types among those that the provider lists, which the draft keeps, and those of
// the records.
func (d *Draft) typesOf(ctx context.Context) (typeFinder, error) {
	acc := d.Account
	var err error
	if d.Offered, err = acc.OwnTypes(ctx); err != nil {
		return nil, err
	}
	listed := ListedTypes(d.Listing.Records)
	return func(text, by string) ([]string, error) {
		ids := reconcile.FindTypes(listed, text)
		for _, id := range reconcile.MatchTypes(d.Offered, text) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) > 0 {
			return ids, nil
		}
		return nil, failure.New(failure.Usage, NearestType(text, slices.Concat(listed, d.Offered)),
			"%s type %q, but account %s has no such type", by, text, acc.Config.Name)
	}, nil
}

// ListedTypes are the types of records and the fixed ones of their provider.
func ListedTypes(records *reconcile.Set) []reconcile.Type {
	types := records.Types()
	if kind := records.Schema().At(reconcile.TypeID); kind >= 0 {
		for _, word := range records.Schema().Columns[kind].Words {
			if !slices.ContainsFunc(types, func(t reconcile.Type) bool { return t.ID == word }) {
				types = append(types, reconcile.Type{ID: word})
			}
		}
	}
	return types
}

// NearestType is a hint that lists the known types and the one that the text most likely means.
func NearestType(text string, types []reconcile.Type) string {
	var names, spellings []string
	for i := range types {
		names = append(names, types[i].Name())
		spellings = append(spellings, types[i].Names...)
	}
	slices.Sort(names)
	hint := "known: " + strings.Join(slices.Compact(names), ", ")
	if near := configio.Nearest(text, append(spellings, names...)); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return hint
}

// exportedTypes finds types among the records of an export. Since an export may lack some types
// and names, unknown ones in the configuration are no error.
func exportedTypes(acc *account.Account, records *reconcile.Set, log zerolog.Logger) typeFinder {
	listed := ListedTypes(records)
	return func(text, _ string) ([]string, error) {
		ids := reconcile.FindTypes(listed, text)
		if len(ids) == 0 {
			log.Warn().Str("type", text).Str("account", acc.Config.Name).
				Msg("a shape is given for this type, which is not in the export")
		}
		return ids, nil
	}
}

// findWide checks the types of the columns of wide tables, so that an error is reported once
// for the header and not for each row. Two columns of the same type are an error too.
func (d *Draft) findWide(find typeFinder) error {
	for i := range d.Roster.Files {
		f := &d.Roster.Files[i]
		for n := range f.Wide {
			ids, err := find(f.Wide[n].Type, wideBy(f, n))
			if err != nil {
				return err
			}
			if same := sameAs(f, n, d.Offered, ids); same != nil {
				p := rosterio.OneType(d.Account.Spec.Schema, f.Name, nameOf(ids[0], d.Offered), same)
				d.Roster.Report(-1, p)
				return WithProblems(d.Roster, ProblemFailure(&p))
			}
		}
	}
	return nil
}

// wideBy begins the error message about the type of a column of values.
func wideBy(f *reconcile.File, n int) string {
	c := &f.Wide[n]
	header := reconcile.Problem{Source: reconcile.Source{File: f.Name, Sheet: c.Sheet, Line: c.Line}, Cell: c.Cell()}
	return fmt.Sprintf("%s: the map of columns gives the values below %q the", header.Place(), c.Header)
}

// sameAs returns a wide table's column and the earlier one that has the same type, by id; nil
// if there is none.
func sameAs(f *reconcile.File, n int, types []reconcile.Type, ids []string) []reconcile.WideColumn {
	if len(ids) != 1 {
		return nil
	}
	c := f.Wide[n]
	for _, before := range f.Wide[:n] {
		if before.Sheet == c.Sheet && before.Line == c.Line && slices.Equal(reconcile.FindTypes(types, before.Type), ids) {
			return []reconcile.WideColumn{before, c}
		}
	}
	return nil
}

// nameOf is the name under which people know the type with an id.
func nameOf(id string, types []reconcile.Type) string {
	for i := range types {
		if types[i].ID == id {
			return types[i].Name()
		}
	}
	return id
}

// findPadded checks the types that repair: pad names: each exists, and has one length.
func (d *Draft) findPadded(find typeFinder) error {
	for _, padding := range d.Account.Config.Repair.Pad {
		named := map[string]string{}
		for _, kind := range slices.Sorted(maps.Keys(padding.Types)) {
			ids, err := find(kind, "a repair is given for")
			if err != nil {
				return err
			}
			for _, id := range ids {
				if before, twice := named[id]; twice && padding.Types[before] != padding.Types[kind] {
					return failure.New(failure.Usage, "keep one of them in repair: pad",
						"repair: pad has two lengths for type %s: %d by the name %q and %d by %q",
						nameOf(id, d.Offered), padding.Types[before], before, padding.Types[kind], kind)
				}
				named[id] = kind
			}
		}
	}
	return nil
}
