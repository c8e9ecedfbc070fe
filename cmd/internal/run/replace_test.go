package run_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/store"
	"keyroster/io/store/storetest"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// workspace has codes whose start cannot be changed: they are replaced.
const workspace = `{"workspace":{"workspace_id":"ws1","name":"Lab"},
 "acs_systems":[{"acs_system_id":"A","name":"Depot","external_type":"pti_site"}],
 "acs_users":[
  {"acs_user_id":"u1","acs_system_id":"A","email_address":"avery.sample@example.com"},
  {"acs_user_id":"u2","acs_system_id":"A","email_address":"blake.sample@example.com"}],
 "acs_credentials":[
  {"acs_credential_id":"c1","acs_user_id":"u1","acs_system_id":"A","access_method":"code","code":"4821","starts_at":"2026-01-05T08:00:00Z"},
  {"acs_credential_id":"c2","acs_user_id":"u2","acs_system_id":"A","access_method":"code","code":"7001"}]}`

const later = `credential_id,acs_system_id,holder_id,type,value,starts_at
c1,A,u1,code,4821,2090-01-01T00:00:00Z
c2,A,u2,code,7001,2090-01-01T00:00:00Z
`

func newWorkspace(t testing.TB) (*site, sandbox.API) {
	t.Helper()
	api, err := all.Fake("seam", sandbox.Options{State: []byte(workspace), Set: map[string]string{"api_key": token}})
	must(t, err)
	return serve(t, "seam", "ws1", api, "    auth: {api_key: env:KEY}\n    settle_wait: 0s\n    recreate: true\n"), api
}

// codes returns the codes of a workspace, with their starts.
func codes(t testing.TB, api sandbox.API) map[string]string {
	t.Helper()
	text, err := json.Marshal(api.State())
	must(t, err)
	var state struct {
		Credentials []struct {
			User   string `json:"acs_user_id"`
			Code   string `json:"code"`
			Starts string `json:"starts_at"`
		} `json:"acs_credentials"`
	}
	must(t, json.Unmarshal(text, &state))
	out := map[string]string{}
	for n, c := range state.Credentials {
		key := c.User
		if out[key] != "" {
			key += fmt.Sprint(" again, ", n)
		}
		out[key] = c.Code + " " + c.Starts
	}
	return out
}

// inDoubt reports whether it is unknown if some replacement was made: no read tells, and the old id
// leads nowhere.
func (s *site) inDoubt() bool {
	s.Helper()
	kept := s.only()
	if kept == nil {
		return false
	}
	journal, err := kept.ReadJournal()
	return err == nil && len(journal.InDoubt()) > 0
}

// TestDeathWhileReplacing: whichever store call a run dies in while it replaces credentials, the
// next run makes none twice and leaves none behind. From then on the old ids mean the new
// credentials.
func TestDeathWhileReplacing(t *testing.T) {
	whole, _ := newWorkspace(t)
	immortal := storetest.Faulty(whole.kept.Process(), endless, storetest.Before)
	_, err := whole.applyIn(immortal, whole.read(later))
	must(t, err)
	stride := 1
	if testing.Short() {
		stride = 7
	}
	for n, d := range deaths(immortal.Calls()) {
		if n%stride > 0 {
			continue
		}
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			s, api := newWorkspace(t)
			s.diesIn(d, func(st store.Store) error {
				_, err := s.applyIn(st, s.read(later))
				return err
			})
			doubt := s.inDoubt()
			_, err := s.apply(s.read(later))
			must(t, err)
			if old := s.state().Replaced; !doubt && (old["c1"] == "" || old["c2"] == "") {
				t.Errorf("the old ids lead to %v", old)
			}
			want := map[string]string{"u1": "4821 2090-01-01T00:00:00.000Z", "u2": "7001 2090-01-01T00:00:00.000Z"}
			if diff := cmp.Diff(want, codes(t, api)); diff != "" {
				t.Error(diff)
			}
			wrote := strings.Join(s.wrote(), " ")
			if made, gone := strings.Count(wrote, "/create"), strings.Count(wrote, "/delete"); made != 2 || gone != 2 {
				t.Errorf("%d were made and %d deleted: %s", made, gone, wrote)
			}
			if state := s.state(); state.OpenRun != "" || state.LastGood == nil || state.SyncOwed {
				t.Errorf("in the end the state says %+v", state)
			}
		})
	}
}
