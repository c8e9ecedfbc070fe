package reconcile

import (
	"slices"
	"strings"
)

// Type is a type of credentials in an account: its id, as records hold it, and the other
// names by which rosters and configurations may call it, the one for people first.
type Type struct {
	ID    string   `json:"id"`
	Names []string `json:"names,omitempty"`
}

// Name returns the type's name for people.
func (t *Type) Name() string {
	for _, name := range t.Names {
		if name != "" {
			return name
		}
	}
	return t.ID
}

// Types returns the types of the records, in the order of their first records, each with the names
// that records show; none if the schema has no column of types.
func (s *Set) Types() []Type {
	kind, label := s.schema.At(TypeID), s.schema.At(TypeName)
	if kind < 0 {
		return nil
	}
	var types []Type
	index := map[string]int{}
	last := [2]string{}
	for n := range s.Len() {
		r := s.Record(n)
		shown := [2]string{r.Cell(kind).Text()}
		if label >= 0 {
			shown[1] = r.Cell(label).Text()
		}
		if shown == last || shown[0] == "" {
			continue
		}
		last = shown
		at, found := index[shown[0]]
		if !found {
			at = len(types)
			types = append(types, Type{ID: strings.Clone(shown[0])})
			index[types[at].ID] = at
		}
		if t := &types[at]; shown[1] != "" && !slices.Contains(t.Names, shown[1]) {
			t.Names = append(t.Names, strings.Clone(shown[1]))
		}
	}
	return types
}

// FindTypes returns the ids of the types that a text names, by id or name, in their order.
// Case, Unicode composition and the number of spaces between words are ignored.
func FindTypes(types []Type, text string) []string {
	wanted := typeKey(text)
	return matching(types, func(name string) bool { return name == wanted })
}

// MatchTypes is [FindTypes], except that a text that ends in * is a prefix of a name.
func MatchTypes(types []Type, text string) []string {
	prefix, open := strings.CutSuffix(typeKey(text), "*")
	if !open {
		return FindTypes(types, text)
	}
	return matching(types, func(name string) bool { return strings.HasPrefix(name, prefix) })
}

func matching(types []Type, is func(name string) bool) []string {
	named := func(name string) bool { return name != "" && is(typeKey(name)) }
	var ids []string
	for i := range types {
		if named(types[i].ID) || slices.ContainsFunc(types[i].Names, named) {
			ids = append(ids, types[i].ID)
		}
	}
	return ids
}

// SameType reports whether two texts name the same single type.
func SameType(types []Type, a, b string) bool {
	if typeKey(a) == typeKey(b) {
		return true
	}
	of := FindTypes(types, a)
	return len(of) == 1 && slices.Equal(of, FindTypes(types, b))
}

func typeKey(text string) string { return strings.Join(strings.Fields(NormalizeEmail(text)), " ") }
