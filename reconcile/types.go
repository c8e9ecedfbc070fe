package reconcile

import (
	"slices"
	"strings"
)

// Type is a type of credentials that an account has: its id, as records hold it, and the
// names by which rosters and configurations may call it too, the one for people first.
type Type struct {
	ID    string   `json:"id"`
	Names []string `json:"names,omitempty"`
}

// Name is the type as people know it.
func (t *Type) Name() string {
	for _, name := range t.Names {
		if name != "" {
			return name
		}
	}
	return t.ID
}

// FindTypes are the ids of the types that a text names, by id or name, in their order. Case, the
// composition of letters and how many spaces stand between words make no difference.
func FindTypes(types []Type, text string) []string {
	wanted := typeKey(text)
	return matching(types, func(name string) bool { return name == wanted })
}

// MatchTypes is [FindTypes], but that a text that ends in * is the beginning of a name.
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

// SameType reports whether two texts name one type and no other.
func SameType(types []Type, a, b string) bool {
	if typeKey(a) == typeKey(b) {
		return true
	}
	of := FindTypes(types, a)
	return len(of) == 1 && slices.Equal(of, FindTypes(types, b))
}

func typeKey(text string) string { return strings.Join(strings.Fields(NormalizeEmail(text)), " ") }
