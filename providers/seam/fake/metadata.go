package fake

import "keyroster/providers/sandbox"

// metadataMembers are, by the vendor whose systems accept them, the members of a creation's
// metadata that the credential shows afterwards (Seam API reference, credentials). Others
// are only kept in the state.
var metadataMembers = map[string][]string{
	"visionline_metadata":        {"auto_join", "card_function_type", "joiner_acs_credential_ids"},
	"assa_abloy_vostio_metadata": {"auto_join", "override_guest_acs_entrance_ids"},
	"salto_space_metadata":       nil,
	"hotek_metadata":             nil,
}

// metadataOf reads the vendors' members of a creation.
func metadataOf(p *params) map[string]sandbox.Object {
	out := map[string]sandbox.Object{}
	for name := range metadataMembers {
		if object := member[sandbox.Object](p, name, "object"); object != nil {
			out[name] = *object
		}
	}
	return out
}

// extras adds what a creation gave, besides the user, the method and the times, to the
// object of the credential.
func (n *creationRequest) extras(m sandbox.Object) {
	if len(n.entrances) > 0 {
		m[memberAllowed] = sandbox.Marshal(n.entrances)
	}
	if n.manager != "" {
		m["credential_manager_acs_system_id"] = sandbox.Marshal(n.manager)
	}
	for name, given := range n.metadata {
		kept := given
		if shown := metadataMembers[name]; shown != nil {
			kept = sandbox.Object{}
			for _, member := range shown {
				if value, found := given[member]; found {
					kept[member] = value
				}
			}
		}
		if name == "visionline_metadata" {
			kept.Fallback(map[string]any{"card_function_type": "guest"})
		}
		m[name] = sandbox.Marshal(kept)
	}
}
