package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Object is a JSON object whose members keep their text, except for white space between its
// parts. An object that a record holds is not changed any more: [Object.With] and
// [Object.Patch] make changed copies.
type Object map[string]json.RawMessage

// ReadObject reads an object. The error for anything else, including null, shows nothing of
// it.
func ReadObject(text []byte) (Object, error) {
	o := Object{}
	if err := json.Unmarshal(text, &o); err != nil || o == nil {
		return nil, errors.New("is not a JSON object")
	}
	for name, value := range o {
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return nil, fmt.Errorf("%s is not JSON", name)
		}
		o[name] = compact.Bytes()
	}
	return o, nil
}

// ObjectOf makes an object of members that encoding/json can encode.
func ObjectOf(members map[string]any) Object { return Object{}.With(members) }

// Take decodes a member, if it is present. The error names the member and never its value.
func (o Object) Take(name string, into any) error {
	value, found := o[name]
	if !found {
		return nil
	}
	err := json.Unmarshal(value, into)
	if _, isTime := into.(*time.Time); isTime && err != nil {
		return fmt.Errorf("%s is not a time of RFC 3339", name)
	}
	if err != nil {
		return fmt.Errorf("%s is of the wrong kind", name)
	}
	return nil
}

// Into decodes the members that are present into pointers, by their names.
func (o Object) Into(members map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if err := o.Take(name, members[name]); err != nil {
			return err
		}
	}
	return nil
}

// Fallback sets the members that are missing.
func (o Object) Fallback(members map[string]any) {
	for name, value := range members {
		if _, found := o[name]; !found {
			o[name] = Marshal(value)
		}
	}
}

// Drop is the value of a change that removes the member.
type Drop struct{}

// With returns a copy with some members changed.
func (o Object) With(changes map[string]any) Object {
	out := maps.Clone(o)
	for name, value := range changes {
		if value == (Drop{}) {
			delete(out, name)
			continue
		}
		out[name] = Marshal(value)
	}
	return out
}

// Without returns a copy without some members.
func (o Object) Without(names ...string) Object {
	out := maps.Clone(o)
	for _, name := range names {
		delete(out, name)
	}
	return out
}

// Patch returns a copy with the members of another object in place of its own.
func (o Object) Patch(patch Object) Object {
	out := maps.Clone(o)
	maps.Copy(out, patch)
	return out
}

// Encode encodes the members: the one called first, then the others in the order of their
// names.
func (o Object) Encode(first string) []byte {
	names := slices.Sorted(maps.Keys(o))
	if i := slices.Index(names, first); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, first)
	}
	b := []byte{'{'}
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendText(b, name), ':')
		b = append(b, o[name]...)
	}
	return append(b, '}')
}
