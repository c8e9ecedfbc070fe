package doorflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"keyroster/providers/failure"
)

// array reads a JSON array element by element, so that only one element is in memory at a
// time.
type array[T any] struct {
	// wrapper is the name under which an object may hold the array; empty for none.
	wrapper string
	// member returns a pointer to the element's field for a JSON member, nil for one that
	// is not needed. If member is nil, the struct's tags decide.
	member func(element *T, name []byte) any
}

// decode passes on each element; each must not keep the pointer. The input must end with
// the value: a cut answer is an error, never a shorter list.
func (a array[T]) decode(body io.Reader, each func(*T) error) error {
	// As lenient as encoding/json: duplicate names and invalid UTF-8 do not make a list
	// unusable.
	dec := jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	closers, err := openArray(dec, a.wrapper)
	if err != nil {
		return err
	}
	var element, blank T
	for n := 0; dec.PeekKind() != ']'; n++ {
		element = blank
		if err := a.element(dec, &element); err != nil {
			return fmt.Errorf("read element %d: %w", n+1, failure.PlainJSON(err))
		}
		if err := each(&element); err != nil {
			return err
		}
	}
	return closeArray(dec, closers)
}

func (a array[T]) element(dec *jsontext.Decoder, element *T) error {
	if a.member == nil || dec.PeekKind() != '{' {
		raw, err := dec.ReadValue()
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, element)
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	// A wrong element is reported at the end: a cut answer takes precedence.
	var wrong error
	for dec.PeekKind() == '"' {
		name, err := dec.ReadValue()
		if err != nil {
			return err
		}
		into := a.member(element, unquoteName(name))
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if err := decodeInto(into, value); err != nil && wrong == nil {
			if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
				kind.Field = dec.StackPointer().LastToken()
			}
			wrong = err
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	return wrong
}

// unquoteName returns a name without its quotes and escapes.
func unquoteName(name []byte) []byte {
	if bytes.IndexByte(name, '\\') < 0 {
		return name[1 : len(name)-1]
	}
	text, _ := jsontext.AppendUnquote(nil, name) // no name in use has invalid UTF-8
	return text
}

// decodeInto decodes a value as encoding/json does, with a fast path for texts and numbers.
func decodeInto(into any, value []byte) error {
	switch to := into.(type) {
	case nil:
		return nil
	case *text:
		return to.UnmarshalJSON(value)
	case *string:
		switch value[0] {
		case '"':
			return (*text)(to).UnmarshalJSON(value)
		case 'n':
			return nil
		}
	}
	return json.Unmarshal(value, into)
}

func openArray(dec *jsontext.Decoder, wrapper string) (closers int, err error) {
	first, err := dec.ReadToken()
	if err != nil {
		return 0, failure.PlainJSON(err)
	}
	if first.Kind() == '[' {
		return 1, nil
	}
	if first.Kind() != '{' || wrapper == "" {
		return 0, errors.New("the answer is not a list")
	}
	name, err := dec.ReadToken()
	if err != nil || name.Kind() != '"' || name.String() != wrapper {
		return 0, errors.New("the answer is not a list")
	}
	if open, err := dec.ReadToken(); err != nil || open.Kind() != '[' {
		return 0, errors.New("the answer is not a list")
	}
	return 2, nil
}

func closeArray(dec *jsontext.Decoder, closers int) error {
	if _, err := dec.ReadToken(); err != nil {
		return failure.PlainJSON(err)
	}
	for depth := closers - 1; depth > 0; {
		token, err := dec.ReadToken()
		if err != nil {
			return failure.PlainJSON(err)
		}
		switch token.Kind() {
		case '}', ']':
			depth--
		case '{', '[':
			depth++
		}
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("the list is followed by something else")
	}
	return nil
}
