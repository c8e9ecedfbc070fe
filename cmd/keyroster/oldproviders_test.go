package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/exit"
)

// TestOpenReplacementsOfEarlierVersions takes up a run at Seam that was killed after it had
// changed one code and deleted the next in order to replace it. One more code has to be replaced,
// and one created. Since then, records have gained a column.
func TestOpenReplacementsOfEarlierVersions(t *testing.T) {
	const ada, bo, cleo, dov = "ada@example.com", "bo@example.com", "cleo@example.com", "dov@example.com"
	want := map[string]string{
		ada: "4821 from 2090-01-01T00:00:00.000Z", bo: "7001 from 2090-02-01T00:00:00.000Z",
		cleo: "5151 to 2091-01-01T00:00:00.000Z", dov: "9911",
	}
	apply := []string{"apply", "--account", "hq", "--yes", "roster.csv"}
	for _, c := range []struct{ name, lose string }{{"resume", ""}, {"lost again", "create"}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := openOld(t, "seam")
			w.doors.loseNext(c.lose)
			run := w.runs()[0]
			// Nothing shows whether Ada's new code was created, so none is created.
			out := w.keyroster(exit.Partial, "resume", run)
			w.says(out, "1 unknown", "no answer to a replacement",
				"3 applied (1 creation, 1 update, 1 replacement)")
			w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
			w.wrote("POST create", "POST create", "POST delete")
			w.keyroster(exit.OK, apply...)
			w.wrote("POST create", "POST create", "POST create", "POST delete")
			if diff := cmp.Diff(want, w.codes()); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("apply", func(t *testing.T) {
		t.Parallel()
		w := openOld(t, "seam")
		w.keyroster(exit.OK, apply...)
		w.wrote("POST create", "POST create", "POST create", "POST delete")
		for _, run := range w.runs() {
			w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
		}
		if diff := cmp.Diff(want, w.codes()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestOpenDocumentsOfEarlierVersions takes up a run at PingOne, with designs from
// a file beside the roster and fields in JSON, that was killed when the answer to
// the second of five changes was lost.
func TestOpenDocumentsOfEarlierVersions(t *testing.T) {
	want := map[string]string{
		"Staff badge 01": "Site one", "Guest pass 01": "Site two",
		"Contractor card 01": "Site three", "Bicycle permit 01": "Site five",
	}
	for _, how := range []string{"resume", "apply"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := openOld(t, "pingone")
			run := w.runs()[0]
			if how == "resume" {
				w.says(w.keyroster(exit.OK, "resume", run), "5 changes applied and verified")
			} else {
				w.says(w.keyroster(exit.OK, "apply", "--account", "hq", "--yes", "roster.csv"), "2 already correct")
			}
			w.wrote("DELETE 9968073f-c9ff-45f5-8e58-da8c800b4bfe", "POST credentialTypes",
				"PUT 1bf07a56-f557-489a-9c3b-430689afd470")
			if diff := cmp.Diff(want, w.descriptions()); diff != "" {
				t.Error(diff)
			}
			for _, run := range w.runs() {
				w.says(w.keyroster(exit.OK, "verify", run), "all 7 checks passed")
			}
		})
	}
}

// codes returns what each person holds at Seam, by e-mail address.
func (w *oldSite) codes() map[string]string {
	w.Helper()
	var state struct {
		Users []struct {
			ID    string `json:"acs_user_id"`
			Email string `json:"email_address"`
		} `json:"acs_users"`
		Credentials []struct {
			User   string  `json:"acs_user_id"`
			Code   string  `json:"code"`
			Starts *string `json:"starts_at"`
			Ends   *string `json:"ends_at"`
		} `json:"acs_credentials"`
	}
	w.state(&state)
	emails, out := map[string]string{}, map[string]string{}
	for _, u := range state.Users {
		emails[u.ID] = u.Email
	}
	for _, c := range state.Credentials {
		text := c.Code
		if c.Starts != nil {
			text += " from " + *c.Starts
		}
		if c.Ends != nil {
			text += " to " + *c.Ends
		}
		if email := emails[c.User]; out[email] == "" {
			out[email] = text
		} else {
			w.Errorf("%s has two codes", email)
		}
	}
	return out
}

// descriptions returns the descriptions of the credential types at PingOne, by title.
func (w *oldSite) descriptions() map[string]string {
	w.Helper()
	var state struct {
		Types []struct {
			Title       string  `json:"title"`
			Description string  `json:"description"`
			Deleted     *string `json:"deletedAt"`
		} `json:"credential_types"`
	}
	w.state(&state)
	out := map[string]string{}
	for _, c := range state.Types {
		if c.Deleted != nil {
			continue
		}
		if _, twice := out[c.Title]; twice {
			w.Errorf("%s is there twice", c.Title)
		}
		out[c.Title] = c.Description
	}
	return out
}

// state decodes what the sandbox holds.
func (w *oldSite) state(into any) {
	w.Helper()
	text, err := json.Marshal(w.doors.State())
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		w.Fatal(err)
	}
}
