package draft

import (
	"cmp"
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

// typeFinder finds the ids of the types of an account that a text names. by says who
// names it: it begins the sentence of the error about one that there is not.
type typeFinder func(text, by string) ([]string, error)

// typesOf finds types by what the provider says, which the draft keeps, and by the records.
func (d *Draft) typesOf(ctx context.Context) (typeFinder, error) {
	acc := d.Account
	var err error
	if d.Offered, err = acc.OwnTypes(ctx); err != nil {
		return nil, err
	}
	return func(text, by string) ([]string, error) {
		ids, names := listedTypes(d.Listing.Records, text)
		for _, id := range reconcile.MatchTypes(d.Offered, text) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) > 0 {
			return ids, nil
		}
		return nil, failure.New(failure.Usage, NearestType(text, d.Offered, names),
			"%s type %q, but account %s has no such type", by, text, acc.Config.Name)
	}, nil
}

// NearestType names the types that there are, those of records included, and the one that a
// text most likely means.
func NearestType(text string, types []reconcile.Type, names []string) string {
	spellings := slices.Clone(names)
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

// exportedTypes finds types among the records of an export. It does not show all names
// of all types: what the configuration says of another may be right.
func exportedTypes(acc *account.Account, records *reconcile.Set, log zerolog.Logger) typeFinder {
	return func(text, _ string) ([]string, error) {
		ids, _ := listedTypes(records, text)
		if len(ids) == 0 {
			log.Warn().Str("type", text).Str("account", acc.Config.Name).
				Msg("a shape is given for this type, which is not in the export")
		}
		return ids, nil
	}
}

// listedTypes are the types of records that a text names by id or by name, and the
// names of all.
func listedTypes(records *reconcile.Set, text string) (ids, names []string) {
	kind, label := records.Schema().At(reconcile.TypeID), records.Schema().At(reconcile.TypeName)
	if kind < 0 {
		return nil, nil
	}
	own := records.Schema().Columns[kind].Words
	names = slices.Clone(own)
	last := ""
	for n := range records.Len() {
		r := records.Record(n)
		id := r.Cell(kind).Text()
		if id == last {
			continue
		}
		last = id
		name := ""
		if len(own) == 0 && label >= 0 {
			name = r.Cell(label).Text()
		}
		if (strings.EqualFold(id, text) || name != "" && strings.EqualFold(name, text)) &&
			!slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id))
		}
		if name = cmp.Or(name, id); !slices.Contains(names, name) {
			names = append(names, strings.Clone(name))
		}
	}
	for _, word := range own {
		if strings.EqualFold(word, text) && !slices.Contains(ids, word) {
			ids = append(ids, word)
		}
	}
	return ids, names
}

// findWide finds the types of the columns of wide tables: an error says it once, of the
// header, and not of each row. So it is where two columns of a table are of one type.
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

// wideBy begins the sentence about the type of a column of values.
func wideBy(f *reconcile.File, n int) string {
	c := &f.Wide[n]
	header := reconcile.Problem{Source: reconcile.Source{File: f.Name, Sheet: c.Sheet, Line: c.Line}, Cell: c.Cell()}
	return fmt.Sprintf("%s: the map of columns gives the values below %q the", header.Place(), c.Header)
}

// sameAs are the column of a wide table and the one before it in the table that is of the same
// type, by its ids; nil for none.
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

// nameOf is the type with an id as people know it.
func nameOf(id string, types []reconcile.Type) string {
	for i := range types {
		if types[i].ID == id {
			return types[i].Name()
		}
	}
	return id
}

// findPadded finds the types that repairs are given for: each once, if not to the same length.
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
