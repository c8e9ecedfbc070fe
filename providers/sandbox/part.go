package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Part is a part of a state under the name that the state file and edits have
// for it: a [Table], or [One] object.
type Part interface {
	about() about
	// texts has what the state file has of the part.
	texts() any
	insert(text []byte) error
	set(id json.RawMessage, patch Object) error
	remove(id json.RawMessage) error
}

type about struct {
	name            string
	first, optional bool
	// rank is higher for what stands further in front in a state file.
	rank int
}

// One is an object of which a state has one. It is read before the tables.
type One struct {
	Name string
	// Text is the object as the state has it, Put takes that of a state file.
	Text func() []byte
	Put  func(Object) error
	// Set sets members; id is what the edit has as the object's id.
	Set func(id json.RawMessage, patch Object) error
}

var errOne = errors.New("there is one, which can only be set")

func (o *One) about() about                               { return about{name: o.Name, first: true, rank: 1} }
func (o *One) texts() any                                 { return json.RawMessage(o.Text()) }
func (o *One) insert([]byte) error                        { return errOne }
func (o *One) set(id json.RawMessage, patch Object) error { return o.Set(id, patch) }
func (o *One) remove(json.RawMessage) error               { return errOne }

func (o *One) put(text []byte) error {
	object, err := ReadObject(text)
	if err != nil {
		return err
	}
	return o.Put(object)
}

// inFile puts parts in the order of a state file: single objects before tables.
func inFile(parts []Part) []Part {
	slices.SortStableFunc(parts, func(a, b Part) int { return b.about().rank - a.about().rank })
	return parts
}

// file makes a pointer to a struct for encoding/json with a field for each part.
func file(parts []Part) reflect.Value {
	fields := make([]reflect.StructField, len(parts))
	for i, part := range parts {
		about := part.about()
		tag := about.name
		if about.optional {
			tag += ",omitempty"
		}
		fields[i] = reflect.StructField{
			Name: fmt.Sprint("Part", i), Type: reflect.TypeOf(part.texts()), Tag: reflect.StructTag(`json:"` + tag + `"`),
		}
	}
	return reflect.New(reflect.StructOf(fields))
}

// encode is what a state file has of the parts, for encoding/json.
func encode(parts []Part) any {
	parts = inFile(parts)
	state := file(parts).Elem()
	for i, part := range parts {
		state.Field(i).Set(reflect.ValueOf(part.texts()))
	}
	return state.Interface()
}

// decode fills the parts from a state file; what none of them has a place for is
// refused. The error names the place in the file.
func decode(parts []Part, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	parts = inFile(parts)
	state := file(parts)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(state.Interface()); err != nil {
		return fmt.Errorf("read sandbox state: %v", err)
	}
	for _, first := range []bool{true, false} {
		for i, part := range parts {
			if part.about().first != first {
				continue
			}
			if err := fill(part, state.Elem().Field(i).Interface()); err != nil {
				return fmt.Errorf("read sandbox state: %s%v", part.about().name, err)
			}
		}
	}
	return nil
}

// fill fills one part; the error begins with the place in it.
func fill(part Part, texts any) error {
	switch texts := texts.(type) {
	case json.RawMessage:
		if len(texts) == 0 || string(texts) == "null" {
			return nil
		}
		if err := part.(*One).put(texts); err != nil {
			return fmt.Errorf(": %v", err)
		}
	case []json.RawMessage:
		for i, text := range texts {
			if err := part.insert(text); err != nil {
				return fmt.Errorf("[%d]: %v", i, err)
			}
		}
	}
	return nil
}

// apply carries out an edit in one of the parts, of which there are two or more.
// An error says which part and leaves the state as it was.
func (e Edit) apply(parts []Part) error {
	var names []string
	for _, part := range parts {
		name := part.about().name
		if names = append(names, name); name != e.Collection {
			continue
		}
		if err := e.applyTo(part); err != nil {
			return fmt.Errorf("edit %s: %v", name, err)
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
