package migration

import (
	"cmp"
	"maps"
	"slices"

	"keyroster/reconcile"
)

// UnknownName is a name in the rules or in the crosswalk that its account does not have.
// Misspelt or from another account, the rule would hold nothing back and move nobody.
type UnknownName struct {
	// Where is the configuration key, or crosswalk; Account does not have the name, and
	// Known are those that it has.
	Where, Name, Account string
	Known                []string
	// Person: the name is a person's id, else a type.
	Person bool
}

// UnknownNames returns all of them, in order. Types are only checked if all types of the
// account are known.
func UnknownNames(in Input) []UnknownName {
	var out []UnknownName
	if known := in.From.typeNames(in.Listing.Records); known != nil {
		out = append(
			out,
			unknownTypes("migrate.types", slices.Collect(maps.Keys(in.Rules.Types)), &in.From, known)...)
		out = append(
			out,
			unknownTypes("migrate.cards", slices.Collect(maps.Keys(in.Rules.Cards)), &in.From, known)...)
		out = append(
			out,
			unknownTypes("migrate.lengths", slices.Collect(maps.Keys(in.Rules.Lengths)), &in.From, known)...)
	}
	if known := in.To.typeNames(nil); known != nil {
		targets := slices.DeleteFunc(
			slices.Collect(maps.Values(in.Rules.Types)),
			func(name string) bool { return name == LeaveBehind },
		)
		out = append(out, unknownTypes("migrate.types", targets, &in.To, known)...)
	}
	people := func(account string, ids []string, known *reconcile.Holders) {
		all := known.IDs()
		for _, id := range ids {
			if _, there := known.Find(id); !there {
				out = append(
					out,
					UnknownName{Where: "the crosswalk", Name: id, Account: account, Known: all, Person: true},
				)
			}
		}
	}
	people(in.From.Account, slices.Sorted(maps.Keys(in.Pairs)), in.From.Holders)
	people(in.To.Account, slices.Compact(slices.Sorted(maps.Values(in.Pairs))), in.To.Holders)
	return out
}

// unknownTypes returns the names of types that are not among the known ones.
func unknownTypes(where string, names []string, of *Side, known []string) []UnknownName {
	var out []UnknownName
	for _, name := range slices.Sorted(slices.Values(names)) {
		if len(reconcile.FindTypes(of.Named, name)) == 0 &&
			!slices.ContainsFunc(known, func(one string) bool { return fold(one) == fold(name) }) {
			out = append(out, UnknownName{Where: where, Name: name, Account: of.Account, Known: known})
		}
	}
	return slices.CompactFunc(out, func(a, b UnknownName) bool { return cmp.Compare(a.Name, b.Name) == 0 })
}

// typeNames returns the names and ids of the types of a side, including those of records;
// nil if its types are not known.
func (s *Side) typeNames(records *reconcile.Set) []string {
	offers := s.offers()
	if len(offers) == 0 {
		return nil
	}
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, choice := range offers {
		add(choice.Text)
		add(choice.Help)
		add(choice.ID)
	}
	for id := range s.PINTypes {
		add(id)
	}
	for n := 0; records != nil && n < records.Len(); n++ {
		record := records.Record(n)
		add(record.Of(reconcile.TypeID))
		add(record.Of(reconcile.TypeName))
	}
	slices.Sort(out)
	return out
}
