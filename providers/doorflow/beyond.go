package doorflow

import (
	"encoding/json"

	"keyroster/providers"
	"keyroster/reconcile"
)

// held are the members of a credential that columns hold. Its label is that of
// its type (DoorFlow API v3 reference, credentials).
var held = map[string]bool{"id": true, "person_id": true, "credential_type_id": true, "value": true, "label": true}

// wide is a credential with the names of the members that no column holds. Their
// texts are not kept: url is a bearer secret.
type wide struct {
	credential
	beyond []reconcile.Beyond
}

// UnmarshalJSON implements [json.Unmarshaler].
func (w *wide) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &w.credential); err != nil {
		return err
	}
	w.beyond = providers.Unheld(raw, held)
	return nil
}

func (w *wide) narrow() (*credential, []reconcile.Beyond) { return &w.credential, w.beyond }

func (c *credential) narrow() (*credential, []reconcile.Beyond) { return c, nil }
