package doorflow

import (
	"errors"
	"fmt"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// text is an id or a value: depending on its version, the API sends texts or numbers.
type text = httpapi.Text

// credential is DoorFlow's credential object. Members that are not listed here are ignored;
// url is one of them, since it is a bearer secret.
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

// valid reports what the object lacks to be a credential.
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

// cells returns the cells of the record, reusing dst. What a listing does not say about the
// person is unset, not empty.
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

// member returns the field for the JSON member of that name.
func (c *credential) member(name []byte) any {
	switch string(name) {
	case "id":
		return &c.ID
	case "person_id":
		return &c.Person
	case "credential_type_id":
		return &c.Type
	case "label":
		return &c.Label
	case "value":
		return &c.Value
	case "status":
		return &c.Status
	case "wallet_type":
		return &c.Wallet
	}
	return nil
}
