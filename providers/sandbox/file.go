package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ReadStateFile decodes a state file into a pointer to a struct of objects and lists
// of objects, which are checked when they are loaded. What the struct has no
// place for is refused; an empty file leaves the struct as it is.
func ReadStateFile(file []byte, into any) error {
	if len(file) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read sandbox state: %v", err)
	}
	return nil
}

// Loading is what a state file has of a collection.
type Loading struct {
	Collection Collection
	Objects    []json.RawMessage
}

// Load inserts the objects of lists in their order: what others refer to comes
// first. The error names the place in the file.
func Load(lists ...Loading) error {
	for _, list := range lists {
		for i, text := range list.Objects {
			object, err := ReadObject(text)
			if err == nil {
				err = list.Collection.Insert(object)
			}
			if err != nil {
				return fmt.Errorf("read sandbox state: %s[%d]: %v", list.Collection.Name, i, err)
			}
		}
	}
	return nil
}

// Objects are the objects of records for a state file, an empty list for none.
func Objects[T any](records []T, text func(T) []byte) []json.RawMessage {
	all := make([]json.RawMessage, len(records))
	for i, one := range records {
		all[i] = text(one)
	}
	return all
}
