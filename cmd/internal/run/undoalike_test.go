package run_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// twins have the same user, system and code; one of them opens doors.
const twins = `{"workspace":{"workspace_id":"ws1","name":"Lab"},
 "acs_systems":[{"acs_system_id":"A","name":"Depot","external_type":"pti_site"}],
 "acs_entrances":[
  {"acs_entrance_id":"d1","acs_system_id":"A","display_name":"Front door"},
  {"acs_entrance_id":"d2","acs_system_id":"A","display_name":"Back door"}],
 "acs_users":[{"acs_user_id":"u1","acs_system_id":"A"}],
 "acs_credentials":[
  {"acs_credential_id":"c1","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"7001","allowed_acs_entrance_ids":["d1","d2"]},
  {"acs_credential_id":"c2","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"%s"}]}`

// TestUndoKnowsWhatStoodBeside: a credential that looks like a deleted one, but stood beside it or
// is another of the run's, is not taken for one that was made since: it is left as it is, or was.
func TestUndoKnowsWhatStoodBeside(t *testing.T) {
	for name, c := range map[string]struct {
		code, rows string
		back       bool
	}{
		"it stood there":       {"7001", "c1,,absent\n", false}, // Seam takes no code twice
		"it got the same code": {"7002", "c1,,absent\nc2,7001,\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			s, api := newLab(t, fmt.Sprintf(twins, c.code))
			w := undoWorld{
				collection: "acs_credentials",
				written:    []string{"created_at", "display_name", "latest_desired_state_synced_with_provider_at"},
			}
			left := func(o map[string]any) bool { return o["acs_credential_id"] != "c2" }
			was, stood := len(w.objects(t, api, nil)), w.objects(t, api, left)
			first, err := s.apply(s.read("credential_id,value,state\n" + c.rows))
			must(t, err)
			for range 3 {
				out, _ := s.undo(first.Run.ID())
				if diff := cmp.Diff(stood, w.objects(t, api, left)); diff != "" {
					t.Fatalf("what stood beside is not as it was (-want +got):\n%s\n%s", diff, told(t, out.Report))
				}
			}
			if n := len(w.objects(t, api, nil)); (n == was) != c.back {
				t.Errorf("%d credentials after the undo, %d before", n, was)
			}
		})
	}
}

// TestUndoLooksAtWhatNoListingShows: a credential that the run made is not deleted once another
// client has changed something about it that no listing shows.
func TestUndoLooksAtWhatNoListingShows(t *testing.T) {
	for name, edited := range map[string]bool{"left alone": false, "edited": true} {
		t.Run(name, func(t *testing.T) {
			s, api := newLab(t, fmt.Sprintf(twins, "7002"))
			first, err := s.apply(s.read("credential_id,acs_system_id,holder_id,type,value,entrances\nc1,,,,,\nc2,,,,,\n,A,u1,code,9911,Front door\n"))
			if err != nil {
				t.Fatalf("%v: %s", err, told(t, first.Report))
			}
			made := ""
			for line, err := range first.Report.Lines {
				must(t, err)
				made += line.NewCredentialID
			}
			if edited {
				must(t, api.Edit(sandbox.Edit{
					Collection: "acs_credentials", ID: json.RawMessage(fmt.Sprintf("%q", made)),
					Set: json.RawMessage(`{"allowed_acs_entrance_ids":["d1","d2"]}`),
				}))
			}
			out, err := s.undo(first.Run.ID())
			if !edited {
				must(t, err)
				return
			}
			if failure.Of(err).Kind != failure.Partial || out.Report.Summary.Conflict != 1 || out.Report.Summary.Applied != 0 {
				t.Fatalf("%v: %s", err, told(t, out.Report))
			}
			if text := told(t, out.Report); !strings.Contains(text, "also opens entrance d2") {
				t.Errorf("it says %s", text)
			}
		})
	}
}

// newLab serves a workspace at Seam.
func newLab(t *testing.T, state string) (*site, sandbox.API) {
	t.Helper()
	api, err := all.Fake("seam", sandbox.Options{State: []byte(state), Set: map[string]string{"api_key": token}})
	must(t, err)
	return serve(t, "seam", "ws1", api, "    auth: {api_key: env:KEY}\n    settle_wait: 0s\n    recreate: true\n"), api
}
