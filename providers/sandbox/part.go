package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Part is a part of a state by the name that the state file and edits use: a [Table], or
// [One] object.
type Part interface {
	name() string
	rank() rank
	// encode returns the part as in the state file, nil for nothing.
	encode() json.RawMessage
	// fill reads it from there; the error begins with the place in it.
	fill(text json.RawMessage) error
	insert(text []byte) error
	set(id json.RawMessage, patch Object) error
	remove(id json.RawMessage) error
}

// rank is the order in which parts are filled.
type rank int

const (
	single rank = iota
	early
	usual
)

// One is an object that a state has once. It is read before the tables.
type One struct {
	Name string
	// Text returns the object in the state, Put sets it from a state file.
	Text func() []byte
	Put  func(Object) error
	// Set sets members; id is the object's id in the edit.
	Set func(id json.RawMessage, patch Object) error
}

var errOne = errors.New("there is one, which can only be set")

func (o *One) name() string                               { return o.Name }
func (o *One) rank() rank                                 { return single }
func (o *One) encode() json.RawMessage                    { return o.Text() }
func (o *One) insert([]byte) error                        { return errOne }
func (o *One) set(id json.RawMessage, patch Object) error { return o.Set(id, patch) }
func (o *One) remove(json.RawMessage) error               { return errOne }

func (o *One) fill(text json.RawMessage) error {
	object, err := ReadObject(text)
	if err == nil {
		err = o.Put(object)
	}
	if err != nil {
		return fmt.Errorf(": %v", err)
	}
	return nil
}

// encode makes the state file of the parts: single objects before tables.
func encode(parts []Part) json.RawMessage {
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(min(a.rank(), early), min(b.rank(), early)) })
	var members [][]byte
	for _, part := range parts {
		if text := part.encode(); text != nil {
			members = append(members, slices.Concat(Marshal(part.name()), []byte(":"), text))
		}
	}
	return slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}"))
}

// decode fills the parts from a state file; unknown members are refused. The error names
// the place in the file.
func decode(parts []Part, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	var file map[string]json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&file); err != nil {
		return fmt.Errorf("read sandbox state: %v", err)
	}
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(a.rank(), b.rank()) })
	for _, part := range parts {
		text := file[part.name()]
		delete(file, part.name())
		if len(text) == 0 || string(text) == "null" {
			continue
		}
		if err := part.fill(text); err != nil {
			return fmt.Errorf("read sandbox state: %s%v", part.name(), err)
		}
	}
	for name := range file {
		return fmt.Errorf("read sandbox state: json: unknown field %q", name)
	}
	return nil
}

// apply makes an edit in one of the parts, of which there are two or more. An error names
// the part and leaves the state unchanged.
func (e Edit) apply(parts []Part) error {
	var names []string
	for _, part := range parts {
		names = append(names, part.name())
		if part.name() != e.Collection {
			continue
		}
		if err := e.applyTo(part); err != nil {
			return fmt.Errorf("edit %s: %v", e.Collection, err)
		}
		return nil
	}
	last := len(names) - 1
	return fmt.Errorf("edit %s: there are %s and %s", e.Collection, strings.Join(names[:last], ", "), names[last])
}

func (e Edit) applyTo(part Part) error {
	switch {
	case len(e.Set) > 0:
		patch, err := ReadObject(e.Set)
		if err != nil {
			return fmt.Errorf("set %v", err)
		}
		return part.set(e.ID, patch)
	case len(e.Insert) > 0:
		return part.insert(e.Insert)
	}
	return part.remove(e.ID)
}
