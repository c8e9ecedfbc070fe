package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Collection is a part of a state under the name that the state file and edits
// have for it. Mostly it comes from [Records.Named].
type Collection struct {
	Name string
	// Insert adds a record. Insert and Delete are nil for what there is one of.
	Insert func(Object) error
	// Set sets members of the record of that id, which is JSON.
	Set    func(id json.RawMessage, patch Object) error
	Delete func(id json.RawMessage) error
}

// Apply carries out the edit in one of the collections. An error says which
// collection and leaves the state as it was.
func (e Edit) Apply(collections ...Collection) error {
	i := slices.IndexFunc(collections, func(c Collection) bool { return c.Name == e.Collection })
	if i < 0 {
		return fmt.Errorf("edit %s: there are %s", e.Collection, names(collections))
	}
	if err := collections[i].edit(e); err != nil {
		return fmt.Errorf("edit %s: %v", e.Collection, err)
	}
	return nil
}

func (c Collection) edit(e Edit) error {
	switch {
	case len(e.Set) > 0:
		patch, err := ReadObject(e.Set)
		if err != nil {
			return fmt.Errorf("set %v", err)
		}
		return c.Set(e.ID, patch)
	case c.Insert == nil:
		return errors.New("there is one, which can only be set")
	case len(e.Insert) > 0:
		object, err := ReadObject(e.Insert)
		if err != nil {
			return err
		}
		return c.Insert(object)
	}
	return c.Delete(e.ID)
}

// names lists the names of collections, of which there are two or more.
func names(collections []Collection) string {
	var all []string
	for _, c := range collections {
		all = append(all, c.Name)
	}
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " and " + all[last]
}

// Records are the records T of one kind, whose ids are of kind K.
type Records[K comparable, T any] struct {
	// ID is the member that has a record's id. No edit changes it.
	ID string
	// Find is the record of an id, or nil.
	Find func(id K) *T
	// Read makes a record of an object, and enters it nowhere. It may change
	// and keep the object.
	Read func(Object) (*T, error)
	// Enter gives a new record its place.
	Enter func(*T)
	// Text is the object that a record was read from; Replace gives an old
	// record the content of one that was read from its object with changes.
	// Set, where there is one, is used instead of both.
	Text    func(*T) []byte
	Replace func(old, changed *T)
	Set     func(*T, Object) error
	// Remove takes a record out, with what cannot be without it.
	Remove func(*T) error
}

// Named are the records as a collection.
func (r Records[K, T]) Named(name string) Collection {
	return Collection{Name: name, Insert: r.insert, Set: r.set, Delete: r.remove}
}

func (r Records[K, T]) insert(object Object) error {
	var id K
	_ = object.Take(r.ID, &id) // Read says what is wrong with it
	one, err := r.Read(object)
	if err != nil {
		return err
	}
	if r.Find(id) != nil {
		return fmt.Errorf("%s %#v is there already", r.ID, id)
	}
	r.Enter(one)
	return nil
}

func (r Records[K, T]) set(id json.RawMessage, patch Object) error {
	old, err := r.find(id)
	if err != nil {
		return err
	}
	if _, found := patch[r.ID]; found {
		return errors.New("an id cannot be changed")
	}
	if r.Set != nil {
		return r.Set(old, patch)
	}
	object, err := ReadObject(r.Text(old))
	if err != nil {
		return err
	}
	changed, err := r.Read(object.Patch(patch))
	if err != nil {
		return err
	}
	r.Replace(old, changed)
	return nil
}

func (r Records[K, T]) remove(id json.RawMessage) error {
	one, err := r.find(id)
	if err != nil {
		return err
	}
	return r.Remove(one)
}

// find decodes an id and finds its record.
func (r Records[K, T]) find(id json.RawMessage) (*T, error) {
	var key K
	if err := json.Unmarshal(id, &key); err != nil {
		return nil, fmt.Errorf("id must be of the kind %T", key)
	}
	one := r.Find(key)
	if one == nil {
		return nil, fmt.Errorf("there is no id %v", key)
	}
	return one, nil
}
