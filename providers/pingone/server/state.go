package server

import (
	"encoding/json"
	"errors"
	"fmt"

	"keyroster/providers/sandbox/record"
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
			Environment:     record.Marshal(e.environmentObject("")),
			CredentialTypes: record.Objects(e.types, func(t *credentialType) []byte { return record.Marshal(e.show(t, "")) }),
			IssuanceRules: record.Objects(e.rules, func(r *rule) []byte {
				o := e.showRule(r)
				if !isNull(r.usage) {
					o["usageCounts"] = r.usage
				}
				return record.Marshal(o)
			}),
		}
	})
	return file
}

func (e *environment) environmentObject(base string) record.Object {
	o := record.Of(map[string]any{"id": e.id}).Patch(e.raw)
	if base == "" {
		return o
	}
	return o.With(map[string]any{"_links": map[string]any{"self": map[string]string{"href": base + "/environments/" + e.id}}})
}

// load adds the records of a state file.
func (e *environment) load(file []byte) error {
	var state stateFile
	if err := record.ReadFile(file, &state); err != nil {
		return err
	}
	if !isNull(state.Environment) {
		if err := e.setEnvironment(members(state.Environment)); err != nil {
			return fmt.Errorf("read sandbox state: environment: %v", err)
		}
	}
	return record.Load(
		record.List{Collection: e.typeRecords(), Objects: state.CredentialTypes},
		record.List{Collection: e.ruleRecords(), Objects: state.IssuanceRules},
	)
}

func (e *environment) setEnvironment(o record.Object) error {
	id := text(o["id"])
	if id == "" {
		return errors.New("id must be given, as a text")
	}
	delete(o, "id")
	delete(o, "_links")
	e.id, e.raw = id, o
	return nil
}
