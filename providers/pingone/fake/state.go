package fake

import (
	"encoding/json"
	"errors"
	"fmt"

	"keyroster/providers/sandbox"
)

// stateFile is the state file, and what GET /_sandbox/state answers.
type stateFile struct {
	Environment     json.RawMessage   `json:"environment"`
	CredentialTypes []json.RawMessage `json:"credential_types"`
	IssuanceRules   []json.RawMessage `json:"issuance_rules,omitempty"`
}

// State is the state in the shape of the state file. Deleted types are in it,
// with their deletedAt.
func (s *Server) State() any {
	var file stateFile
	s.state.Read(func(e *environment) {
		file = stateFile{
			Environment:     sandbox.Marshal(e.environmentObject("")),
			CredentialTypes: sandbox.Objects(e.types, func(t *credentialType) []byte { return sandbox.Marshal(e.show(t, "")) }),
			IssuanceRules: sandbox.Objects(e.rules, func(r *rule) []byte {
				o := e.showRule(r)
				if !isNull(r.usage) {
					o["usageCounts"] = r.usage
				}
				return sandbox.Marshal(o)
			}),
		}
	})
	return file
}

func (e *environment) environmentObject(base string) sandbox.Object {
	o := sandbox.ObjectOf(map[string]any{"id": e.id}).Patch(e.raw)
	if base == "" {
		return o
	}
	return o.With(map[string]any{"_links": map[string]any{"self": map[string]string{"href": base + "/environments/" + e.id}}})
}

// load adds the records of a state file.
func (e *environment) load(file []byte) error {
	var state stateFile
	if err := sandbox.ReadStateFile(file, &state); err != nil {
		return err
	}
	if !isNull(state.Environment) {
		if err := e.setEnvironment(members(state.Environment)); err != nil {
			return fmt.Errorf("read sandbox state: environment: %v", err)
		}
	}
	return sandbox.Load(
		sandbox.Loading{Collection: e.typeRecords(), Objects: state.CredentialTypes},
		sandbox.Loading{Collection: e.ruleRecords(), Objects: state.IssuanceRules},
	)
}

func (e *environment) setEnvironment(o sandbox.Object) error {
	id := text(o["id"])
	if id == "" {
		return errors.New("id must be given, as a text")
	}
	delete(o, "id")
	delete(o, "_links")
	e.id, e.raw = id, o
	return nil
}
