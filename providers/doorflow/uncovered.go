package doorflow

import (
	"keyroster/reconcile"
)

// held are the members of a credential that columns hold. Its label is that of its type
// (DoorFlow API v3 reference, credentials).
var held = map[string]bool{"id": true, "person_id": true, "credential_type_id": true, "value": true, "label": true}

// Held returns the members that columns hold. Texts of the others are not kept: url is a
// bearer secret.
func (credential) Held() map[string]bool { return held }

func (c *credential) split() (*credential, []reconcile.UncoveredPart) { return c, nil }
