package doorflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"keyroster/providers/failure"
	"keyroster/reconcile"
)

// text reads a JSON string, or the literal digits of a number: ids are given
// as either by different versions of the API, and a number must never pass
// through a float. null and a missing member are the empty text.
type text string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(raw []byte) error {
	switch {
	case bytes.Equal(raw, []byte("null")):
		*t = ""
		return nil
	case raw[0] == '"' && plain(raw[1:len(raw)-1]):
		*t = text(raw[1 : len(raw)-1])
		return nil
	case raw[0] == '"':
		return json.Unmarshal(raw, (*string)(t))
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		*t = text(raw)
		return nil
	}
	return errors.New("neither a text nor a number")
}

// plain reports whether the inside of a JSON string is the text as it stands.
func plain(inside []byte) bool {
	for _, b := range inside {
		if b == '\\' || b >= 0x80 {
			return false
		}
	}
	return true
}

// credential is DoorFlow's credential object. Members that are not listed here
// are ignored; url is one of them, since it is a bearer secret.
type credential struct {
	ID     text   `json:"id"`
	Person text   `json:"person_id"`
	Type   text   `json:"credential_type_id"`
	Label  string `json:"label"`
	Value  text   `json:"value"`
	Status string `json:"status"`
	// Wallet is apple or google, where the credential lives in one.
	Wallet string `json:"wallet_type"`
}

// Format implements [fmt.Formatter]: a credential prints its id, never its value.
func (c credential) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "credential %s", string(c.ID)) }

// valid tells what is missing for the object to be a credential.
func (c *credential) valid() error {
	switch {
	case c.ID == "":
		return errors.New("a credential has no id")
	case c.Person == "":
		return fmt.Errorf("credential %s has no person_id", c.ID)
	case c.Type == "":
		return fmt.Errorf("credential %s has no credential_type_id", c.ID)
	}
	return nil
}

// cells appends the cells of the record to dst. What a listing does not say
// about the person is unset, not empty.
func (c *credential) cells(dst []reconcile.Cell) []reconcile.Cell {
	start := len(dst)
	for range Schema.Columns {
		dst = append(dst, reconcile.Cell{})
	}
	r := dst[start:]
	r[col.id] = reconcile.TextCell(string(c.ID))
	r[col.person] = reconcile.TextCell(string(c.Person))
	r[col.kind] = reconcile.TextCell(string(c.Type))
	r[col.value] = reconcile.RecordCell(string(c.Value), true)
	r[col.status] = reconcile.TextCell(c.Status)
	r[col.wallet] = reconcile.TextCell(c.Wallet)
	r[col.label] = reconcile.TextCell(c.Label)
	return dst
}

// record packs one credential into a set of its own.
func (c *credential) record() reconcile.Record {
	set := reconcile.NewSet(Schema, 1)
	return set.Record(set.Add(c.cells(nil)))
}

// decodeArray reads a JSON array element by element, so that no more than one
// element is in memory; each must not keep the pointer. It accepts the array
// wrapped in an object under the name wrapper, where wrapper is not empty. The input must end with the value:
// a cut answer is an error, never a shorter list.
func decodeArray[T any](body io.Reader, wrapper string, each func(*T) error) error {
	dec := json.NewDecoder(body)
	closers, err := openArray(dec, wrapper)
	if err != nil {
		return err
	}
	var element, blank T
	for n := 0; dec.More(); n++ {
		element = blank
		if err := dec.Decode(&element); err != nil {
			return fmt.Errorf("read element %d: %w", n+1, failure.PlainJSON(err))
		}
		if err := each(&element); err != nil {
			return err
		}
	}
	return closeArray(dec, closers)
}

func openArray(dec *json.Decoder, wrapper string) (closers int, err error) {
	first, err := dec.Token()
	if err != nil {
		return 0, failure.PlainJSON(err)
	}
	if first == json.Delim('[') {
		return 1, nil
	}
	if first != json.Delim('{') || wrapper == "" {
		return 0, errors.New("the answer is not a list")
	}
	name, err := dec.Token()
	if err != nil || name != wrapper {
		return 0, errors.New("the answer is not a list")
	}
	if open, err := dec.Token(); err != nil || open != json.Delim('[') {
		return 0, errors.New("the answer is not a list")
	}
	return 2, nil
}

func closeArray(dec *json.Decoder, closers int) error {
	if _, err := dec.Token(); err != nil {
		return failure.PlainJSON(err)
	}
	for depth := closers - 1; depth > 0; {
		token, err := dec.Token()
		switch {
		case err != nil:
			return failure.PlainJSON(err)
		case token == json.Delim('}') || token == json.Delim(']'):
			depth--
		case token == json.Delim('{') || token == json.Delim('['):
			depth++
		}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the list is followed by something else")
	}
	return nil
}
