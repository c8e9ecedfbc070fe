package doorflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// text is an id or a value: versions of the API give them as texts or as numbers.
type text = httpapi.Text

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

// cells are the cells of the record, in the room of dst. What a listing does not say
// about the person is unset, not empty.
func (c *credential) cells(dst []reconcile.Cell) []reconcile.Cell {
	r := Schema.Blank(dst)
	r[col.id] = reconcile.TextCell(string(c.ID))
	r[col.person] = reconcile.TextCell(string(c.Person))
	r[col.kind] = reconcile.TextCell(string(c.Type))
	r[col.value] = reconcile.RecordCell(string(c.Value), true)
	r[col.status] = reconcile.TextCell(c.Status)
	r[col.wallet] = reconcile.TextCell(c.Wallet)
	r[col.label] = reconcile.TextCell(c.Label)
	return r
}

// record packs one credential into a set of its own.
func (c *credential) record() reconcile.Record {
	return Schema.Record(c.cells(nil))
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
