package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Table has the records T of one kind: the part of a state that is a list in its file. K is
// the type of their ids.
type Table[K comparable, T any] struct {
	// Name is the name of the records in the state file and in edits, ID the member that
	// has a record's id. No edit changes it.
	Name, ID string
	// First tables of a state file are read before those that refer to them; Optional ones
	// are left out of it if they are empty.
	First, Optional bool
	// Key returns a record's id.
	Key func(*T) K
	// Compare orders the records; nil keeps the order in which they come.
	Compare func(a, b *T) int
	// Read makes a record from an object without adding it. It may change and keep the
	// object.
	Read func(Object) (*T, error)
	// Text returns a record's object.
	Text func(*T) []byte
	// Keep copies to the record of a changed object what the old one had besides.
	Keep func(old, changed *T)
	// Set, if not nil, sets members in place of Read and Keep.
	Set func(*T, Object) error
	// Entered and Left, if not nil, update what refers to a record.
	Entered, Left func(*T)
	// Remove, if not nil, removes a record in place of [Table.Leave], with everything that
	// depends on it.
	Remove func(*T) error

	// All are the records in their order.
	All  []*T
	byID map[K]*T
}

// Find returns the record with an id, or nil.
func (t *Table[K, T]) Find(id K) *T { return t.byID[id] }

// Enter adds a new record.
func (t *Table[K, T]) Enter(one *T) {
	at := len(t.All)
	if t.Compare != nil {
		at = t.place(one)
	}
	t.enter(at, one)
}

func (t *Table[K, T]) enter(at int, one *T) {
	if t.byID == nil {
		t.byID = map[K]*T{}
	}
	t.All = slices.Insert(t.All, at, one)
	t.byID[t.Key(one)] = one
	if t.Entered != nil {
		t.Entered(one)
	}
}

// place returns the index of a record, or where it would be inserted.
func (t *Table[K, T]) place(one *T) int {
	if t.Compare == nil {
		return slices.Index(t.All, one)
	}
	at, _ := slices.BinarySearchFunc(t.All, one, t.Compare)
	return at
}

// Leave removes a record.
func (t *Table[K, T]) Leave(one *T) {
	at := t.place(one)
	t.All = slices.Delete(t.All, at, at+1)
	delete(t.byID, t.Key(one))
	if t.Left != nil {
		t.Left(one)
	}
}

// Replace gives a record the content of another one.
func (t *Table[K, T]) Replace(one, changed *T) {
	at := t.place(one)
	t.Leave(one)
	if t.Keep != nil {
		t.Keep(one, changed)
	}
	*one = *changed
	if t.Compare != nil {
		at = t.place(one)
	}
	t.enter(at, one)
}

// Change gives a record the content of an object, which is known to be valid.
func (t *Table[K, T]) Change(one *T, object Object) {
	changed, err := t.Read(object)
	if err != nil {
		panic("change a record that was good before: " + err.Error())
	}
	t.Replace(one, changed)
}

// Insert makes a record from an object and adds it.
func (t *Table[K, T]) Insert(object Object) error {
	var id K
	_ = object.Take(t.ID, &id) // Read says what is wrong with it
	one, err := t.Read(object)
	if err != nil {
		return err
	}
	if t.Find(id) != nil {
		return fmt.Errorf("%s %#v is there already", t.ID, id)
	}
	t.Enter(one)
	return nil
}

func (t *Table[K, T]) name() string { return t.Name }

func (t *Table[K, T]) rank() rank {
	if t.First {
		return early
	}
	return usual
}

func (t *Table[K, T]) encode() json.RawMessage {
	if t.Optional && len(t.All) == 0 {
		return nil
	}
	return AppendList(nil, t.All, func(dst []byte, one *T) []byte { return append(dst, t.Text(one)...) })
}

func (t *Table[K, T]) fill(text json.RawMessage) error {
	var objects []json.RawMessage
	if err := json.Unmarshal(text, &objects); err != nil {
		return fmt.Errorf(": %v", err)
	}
	for i, object := range objects {
		if err := t.insert(object); err != nil {
			return fmt.Errorf("[%d]: %v", i, err)
		}
	}
	return nil
}

func (t *Table[K, T]) insert(text []byte) error {
	object, err := ReadObject(text)
	if err != nil {
		return err
	}
	return t.Insert(object)
}

func (t *Table[K, T]) set(id json.RawMessage, patch Object) error {
	old, err := t.find(id)
	if err != nil {
		return err
	}
	if _, found := patch[t.ID]; found {
		return errors.New("an id cannot be changed")
	}
	if t.Set != nil {
		return t.Set(old, patch)
	}
	object, err := ReadObject(t.Text(old))
	if err != nil {
		return err
	}
	changed, err := t.Read(object.Patch(patch))
	if err != nil {
		return err
	}
	t.Replace(old, changed)
	return nil
}

func (t *Table[K, T]) remove(id json.RawMessage) error {
	one, err := t.find(id)
	switch {
	case err != nil:
		return err
	case t.Remove != nil:
		return t.Remove(one)
	}
	t.Leave(one)
	return nil
}

// find decodes an id and finds its record.
func (t *Table[K, T]) find(id json.RawMessage) (*T, error) {
	var key K
	if err := json.Unmarshal(id, &key); err != nil {
		return nil, fmt.Errorf("id must be of the kind %T", key)
	}
	one := t.Find(key)
	if one == nil {
		return nil, fmt.Errorf("there is no id %v", key)
	}
	return one, nil
}
