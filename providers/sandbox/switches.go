package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ReadSwitches takes the switches that are given in [Options.Set], in the order
// of their names. known has what each one does; set takes a value, which is not
// empty, and is false for one that does not fit. The errors show no value,
// because it may be a token.
func ReadSwitches(given, known map[string]string, set func(name, value string) bool) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if known[name] == "" {
			return fmt.Errorf("read sandbox switches: none is called %q; there are %s",
				name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		if given[name] == "" || !set(name, given[name]) {
			return fmt.Errorf("read sandbox switches: the value of %s does not fit: %s", name, known[name])
		}
	}
	return nil
}

// EachItem calls take for every item of a switch's list with commas, until it
// is false for one.
func EachItem(list string, take func(item string) bool) bool {
	for item := range strings.SplitSeq(list, ",") {
		if !take(strings.TrimSpace(item)) {
			return false
		}
	}
	return true
}

// StripZeros is the switch of that name in [Options.Set], of the APIs that store
// values as numbers: they keep none of the zeros that a value begins with.
const StripZeros = "strip-zeros"

// Stripped is a value without the zeros that it begins with; one of zeros alone
// is 0.
func Stripped(value string) string {
	if stripped := strings.TrimLeft(value, "0"); stripped != "" || value == "" {
		return stripped
	}
	return "0"
}

// Names is a set of names that a switch lists.
type Names map[string]bool

// Add adds the items of a list with commas. Where there is a choice of names,
// it is false for a list with another one.
func (n Names) Add(list string, choice ...string) bool {
	return EachItem(list, func(item string) bool {
		n[item] = true
		return len(choice) == 0 || slices.Contains(choice, item)
	})
}

// HasAny is true when one of the names is in the set.
func (n Names) HasAny(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return n[name] })
}
