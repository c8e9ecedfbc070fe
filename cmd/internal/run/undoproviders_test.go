package run_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/reportio"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// undoWorld is an account at a provider, and a run on it.
type undoWorld struct {
	provider, tenant string
	state            string
	set              map[string]string
	auth             string
	collection       string
	// written are the members that only the provider writes, besides the id.
	written []string
	roster  string
	// labels counts the labels of the undo's lines, by outcome.
	labels map[string]int
	// lost reports whether a record cannot be brought back, by its earlier key.
	lost func(object map[string]any) bool
}

const workspaceWithDoors = `{"workspace":{"workspace_id":"ws1","name":"Lab"},
 "acs_systems":[{"acs_system_id":"A","name":"Depot","external_type":"pti_site"}],
 "acs_entrances":[
  {"acs_entrance_id":"d1","acs_system_id":"A","display_name":"Front door"},
  {"acs_entrance_id":"d2","acs_system_id":"A","display_name":"Back door"}],
 "acs_users":[
  {"acs_user_id":"u1","acs_system_id":"A","email_address":"avery.sample@example.com"},
  {"acs_user_id":"u2","acs_system_id":"A","email_address":"blake.sample@example.com"},
  {"acs_user_id":"u3","acs_system_id":"A","email_address":"casey.sample@example.com"}],
 "acs_credentials":[
  {"acs_credential_id":"c1","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"4821","ends_at":"2090-01-05T08:00:00.000Z"},
  {"acs_credential_id":"c2","acs_user_id":"u2","acs_system_id":"A","access_method":"code","code":"7001","allowed_acs_entrance_ids":["d1","d2"]},
  {"acs_credential_id":"c3","acs_user_id":"u2","acs_system_id":"A","access_method":"code","code":"7002"},
  {"acs_credential_id":"c4","acs_user_id":"u3","acs_system_id":"A","access_method":"code","code":"5150","starts_at":"2089-01-05T08:00:00.000Z"},
  {"acs_credential_id":"m1","acs_user_id":"u3","acs_system_id":"A","access_method":"mobile_key","allowed_acs_entrance_ids":["d2"]}]}`

func undoWorlds(t *testing.T) []undoWorld {
	types, err := os.ReadFile("../../../samples/pingone.json")
	must(t, err)
	return []undoWorld{
		{
			provider: "seam", tenant: "ws1", state: workspaceWithDoors, set: map[string]string{"api_key": token},
			auth:       "    auth: {api_key: env:KEY}\n    settle_wait: 0s\n    recreate: true\n    move: true\n",
			collection: "acs_credentials", written: []string{"acs_credential_id", "created_at", "display_name", "latest_desired_state_synced_with_provider_at"},
			roster: `credential_id,acs_system_id,holder_id,type,value,starts_at,ends_at,state
c1,A,u1,code,4822,,2091-01-01T00:00:00Z,
c2,,,,,,,absent
c3,,,,7003,,,
c4,,,,5150,2090-01-01T00:00:00Z,,
m1,,,,,,,absent
,A,u1,code,9911,,,
`,
			labels: map[string]int{
				"applied: undoable": 3, "applied: undoable with another id": 2,
				"blocked: a mobile key is on a phone, where a person must accept a new one: it is not created again": 1,
			},
			lost: func(o map[string]any) bool { return o["access_method"] == "mobile_key" },
		},
		{
			provider: "pingone", tenant: "839b05a9-4970-4a67-9e15-75bbe6313b82", state: string(types),
			set:        map[string]string{"client_id": token, "client_secret": token},
			auth:       "    environment_id: 839b05a9-4970-4a67-9e15-75bbe6313b82\n    auth: {environment_id: 839b05a9-4970-4a67-9e15-75bbe6313b82, client_id: env:ID, client_secret: env:KEY}\n    limits: {issued: 9}\n",
			collection: "credential_types",
			written:    []string{"id", "createdAt", "updatedAt", "version", "issuer"},
			roster: `credential_type_id,title,description,card_type,metadata.card_color,metadata.fields,metadata.columns,state
49a520f6-7b85-4bac-ba5e-90947daaee5d,Badge of staff,<empty>,<empty>,#000000,,2,
a08c4b19-1dc0-459d-9bb8-fc0e084073f3,,,,,,,absent
`,
			labels: map[string]int{"applied: undoable": 1, "applied: undoable with another id": 1},
		},
	}
}

// objects returns the objects of a collection, sorted, each without the members that only the
// provider writes.
func (w *undoWorld) objects(t *testing.T, api sandbox.API, without func(map[string]any) bool) []string {
	t.Helper()
	text, err := json.Marshal(api.State())
	must(t, err)
	var state map[string]json.RawMessage
	must(t, json.Unmarshal(text, &state))
	var objects []map[string]any
	must(t, json.Unmarshal(state[w.collection], &objects))
	var out []string
	for _, o := range objects {
		if without != nil && without(o) || o["deletedAt"] != nil {
			continue
		}
		for _, name := range w.written {
			delete(o, name)
		}
		maps.DeleteFunc(o, func(_ string, v any) bool { return v == nil })
		line, err := json.Marshal(o)
		must(t, err)
		out = append(out, string(line))
	}
	slices.Sort(out)
	return out
}

// TestUndoAtEachProvider: at each provider an undo brings back every member that a client can
// write, as the provider's facts say, and labels the lines that it does not bring back.
func TestUndoAtEachProvider(t *testing.T) {
	for _, w := range undoWorlds(t) {
		t.Run(w.provider, func(t *testing.T) {
			api, err := all.Fake(w.provider, sandbox.Options{State: []byte(w.state), Set: w.set})
			must(t, err)
			s := serve(t, w.provider, w.tenant, api, w.auth)
			was := w.objects(t, api, w.lost)
			first, err := s.apply(s.read(w.roster))
			if err != nil {
				t.Fatalf("the run ended with %v: %s", err, told(t, first.Report))
			}
			if n := first.Report.Summary.Applied; n != len(first.Draft.Plan.Lines)-first.Report.Summary.Of(reconcile.LeftUnlisted) {
				t.Fatalf("the run applied %d changes", n)
			}
			if cmp.Equal(was, w.objects(t, api, w.lost)) {
				t.Fatal("the run changed nothing")
			}
			out, _ := s.undo(first.Run.ID())
			if diff := cmp.Diff(w.labels, labels(t, out.Report)); diff != "" {
				t.Errorf("the lines are labelled otherwise (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(was, w.objects(t, api, w.lost)); diff != "" {
				t.Errorf("the account is not as before (-want +got):\n%s", diff)
			}
		})
	}
}

// told returns what a report says of its lines.
func told(t *testing.T, report *reportio.Report) (text string) {
	t.Helper()
	for line, err := range report.Lines {
		must(t, err)
		verified := line.Verified != nil && *line.Verified
		text += fmt.Sprintf("%s %s %s, verified %t: %s %v\n", line.CredentialID, line.Action, line.Outcome, verified, line.Reason, line.Warnings)
	}
	return text
}
