package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Switches are the switches of a fake by their names in [Options.Set].
type Switches map[string]Switch

// Switch is a switch's help, and a function that takes its value, which is not empty; it
// returns false for a bad value.
type Switch struct {
	Help string
	Take func(value string) bool
}

// read applies the switches that are given, in the order of their names. The errors show no
// value, because it may be a token.
func (s Switches) read(given map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		one, known := s[name]
		if !known {
			return fmt.Errorf("read sandbox switches: unknown switch %q: the switches are %s",
				name, strings.Join(slices.Sorted(maps.Keys(s)), ", "))
		}
		if given[name] == "" || !one.Take(given[name]) {
			return fmt.Errorf("read sandbox switches: the value of %s does not fit: %s", name, one.Help)
		}
	}
	return nil
}

// Custom is a switch whose value is passed to a function.
func Custom(help string, take func(value string) bool) Switch { return Switch{Help: help, Take: take} }

// Text is a switch for any text, or one of a choice.
func Text(help string, into *string, choice ...string) Switch {
	return Custom(help, func(value string) bool {
		*into = value
		return len(choice) == 0 || slices.Contains(choice, value)
	})
}

// Flag is a switch that word turns on, and others turn off.
func Flag(help string, into *bool, word string, others ...string) Switch {
	return Custom(help, func(value string) bool {
		*into = value == word
		return *into || slices.Contains(others, value)
	})
}

// Number is a switch for a number from lowest on.
func Number(help string, into *int, lowest int) Switch {
	return Custom(help, func(value string) bool {
		n, err := strconv.Atoi(value)
		*into = n
		return err == nil && n >= lowest
	})
}

// Span is a switch for a Go duration from shortest on.
func Span(help string, into *time.Duration, shortest time.Duration) Switch {
	return Custom(help, func(value string) bool {
		span, err := time.ParseDuration(value)
		*into = span
		return err == nil && span >= shortest
	})
}

// EachItem calls take for every item of a switch's list with commas, until it returns
// false.
func EachItem(list string, take func(item string) bool) bool {
	for item := range strings.SplitSeq(list, ",") {
		if !take(strings.TrimSpace(item)) {
			return false
		}
	}
	return true
}

// Stripped returns a value without its leading zeros; one of only zeros is 0.
func Stripped(value string) string {
	if stripped := strings.TrimLeft(value, "0"); stripped != "" || value == "" {
		return stripped
	}
	return "0"
}

// Names is a set of names that a switch lists.
type Names map[string]bool

// Switch is a switch for a list with commas; if there is a choice of names, each must be
// one of them.
func (n Names) Switch(help string, choice ...string) Switch {
	return Custom(help, func(list string) bool {
		return EachItem(list, func(item string) bool {
			n[item] = true
			return len(choice) == 0 || slices.Contains(choice, item)
		})
	})
}

// HasAny reports whether one of the names is in the set.
func (n Names) HasAny(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return n[name] })
}
