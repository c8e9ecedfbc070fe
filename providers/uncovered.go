package providers

import (
	"encoding/json"
	"maps"
	"slices"

	"keyroster/reconcile"
)

// UncoveredParts returns an object's non-blank members that are not among the known ones,
// by name and in order: a copy of only the known ones would lack them. Their texts are not
// kept. Anything but an object has none.
func UncoveredParts(raw json.RawMessage, known map[string]bool) (unheld []reconcile.UncoveredPart) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !known[name] && !Blank(members[name]) {
			unheld = append(unheld, reconcile.UncoveredPart{Name: name})
		}
	}
	return unheld
}

// Extended is an object as an API shows it, with the names of the members that no column
// holds.
type Extended[T interface{ Held() map[string]bool }] struct {
	Object    T
	Uncovered []reconcile.UncoveredPart
}

// UnmarshalJSON implements [json.Unmarshaler].
func (w *Extended[T]) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &w.Object); err != nil {
		return err
	}
	w.Uncovered = UncoveredParts(raw, w.Object.Held())
	return nil
}

// Split returns the object, and what is beyond it.
func (w *Extended[T]) Split() (*T, []reconcile.UncoveredPart) { return &w.Object, w.Uncovered }

// Blank reports whether a JSON value says nothing: null, an empty text, list or
// object, or a flag that is not set.
func Blank(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", `""`, "[]", "{}", "false":
		return true
	}
	return false
}
