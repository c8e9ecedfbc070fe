package seam

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// states is a transport whose answers about credentials are a function of the time since the start.
type states struct {
	from  time.Time
	state func(id string, after time.Duration) string
	asked []string
	fails bool
}

func (s *states) Do(_ context.Context, r httpapi.Request) (*httpapi.Response, error) {
	if r.Path == "/acs/users/get" {
		return respond(200, `{"acs_user":{"acs_user_id":"u","acs_system_id":"A"},"ok":true}`), nil
	}
	after := time.Since(s.from)
	s.asked = append(s.asked, fmt.Sprintf("%s %v", strings.TrimPrefix(r.Path, "/acs/credentials/"), after))
	if s.fails {
		return nil, &reconcile.Failure{Class: reconcile.Unreachable, Reason: "no answer"}
	}
	var body map[string]any
	raw, _ := json.Marshal(r.JSON)
	_ = json.Unmarshal(raw, &body)
	if r.Path == "/acs/credentials/list" {
		var rows []string
		for n := range 20 {
			if one := s.state(fmt.Sprintf("c%d", n), after); one != "" {
				rows = append(rows, s.object(fmt.Sprintf("c%d", n), one))
			}
		}
		return respond(200, `{"acs_credentials":[`+strings.Join(rows, ",")+`],"pagination":{"has_next_page":false},"ok":true}`), nil
	}
	id := body["acs_credential_id"].(string)
	one := s.state(id, after)
	if one == "" {
		return respond(404, `{"ok":false,"error":{"type":"acs_credential_not_found","message":"x"}}`), nil
	}
	return respond(200, `{"acs_credential":`+s.object(id, one)+`,"ok":true}`), nil
}

func (s *states) object(id, state string) string {
	return `{"acs_credential_id":"` + id + `","acs_system_id":"A","acs_user_id":"u","access_method":"code","code":"123456",` + state + `}`
}

func respond(status int, body string) *httpapi.Response {
	return &httpapi.Response{Status: status, Body: []byte(body), Header: http.Header{"Content-Type": {"application/json"}}}
}

func accepted(action reconcile.Action, n int) []reconcile.Accepted {
	var list []reconcile.Accepted
	for i := range n {
		id := fmt.Sprintf("c%d", i)
		one := credential{ID: id, System: "A", User: "u", Method: methodCode}
		list = append(list, reconcile.Accepted{Change: reconcile.Change{Line: i, Action: action, Have: one.record()}, ID: id})
	}
	return list
}

const (
	synced  = `"is_latest_desired_state_synced_with_provider":true`
	waiting = `"is_latest_desired_state_synced_with_provider":false`
)

func warned(code, more string) string {
	return `"warnings":[{"warning_code":"` + code + `","message":"Because of 123456.","created_at":"2026-01-01T00:00:00Z"` + more + `}]`
}

func TestSettle(t *testing.T) {
	after := func(d time.Duration, before, then string) func(string, time.Duration) string {
		return func(_ string, at time.Duration) string {
			if at < d {
				return before
			}
			return then
		}
	}
	always := func(state string) func(string, time.Duration) string { return after(0, "", state) }
	for name, c := range map[string]struct {
		action reconcile.Action
		state  func(string, time.Duration) string
		effect reconcile.Effect
		took   time.Duration
		words  string
	}{
		"at once":       {reconcile.Update, always(synced), reconcile.EffectYes, 0, ""},
		"after a while": {reconcile.Update, after(5*time.Second, waiting, synced), reconcile.EffectYes, 6 * time.Second, ""},
		"not in time": {
			reconcile.Update, always(waiting), reconcile.EffectPending, 60 * time.Second,
			"accepted by Seam, not yet confirmed by the access system",
		},
		"never says": {
			reconcile.Update, always(`"errors":[]`), reconcile.EffectUnknown, 0,
			"does not report whether",
		},
		"null is not said": {
			reconcile.Update, always(`"is_latest_desired_state_synced_with_provider":null`),
			reconcile.EffectUnknown, 60 * time.Second, "does not report whether",
		},
		"refused later": {
			reconcile.Update,
			after(3*time.Second, waiting,
				waiting+`,"errors":[{"error_code":"no_luck","message":"The lock refused 123456."}]`),
			reconcile.EffectFailed, 4 * time.Second, "Seam: no_luck: The lock refused ••••.",
		},
		"another code": {
			reconcile.Create,
			always(synced + `,` +
				warned(warnUnavailable, `,"original_code":"9876","new_code":"12345678"`)),
			reconcile.EffectFailed, 0, "the provider assigned a different code than requested",
		},
		"another start":          {reconcile.Create, always(synced + `,` + warned(warnSchedule, "")), reconcile.EffectYes, 0, "Seam: schedule_modified: Because of ••••."},
		"a card to be encoded":   {reconcile.Create, always(synced + `,` + warned(warnUnissued, "")), reconcile.EffectPending, 0, "waiting_to_be_issued"},
		"an unknown issue":       {reconcile.Update, always(synced + `,` + warned(warnUnknown, "")), reconcile.EffectFailed, 0, "unknown_issue"},
		"a new word of Seam's":   {reconcile.Update, always(synced + `,` + warned("brand_new", "")), reconcile.EffectYes, 0, "Seam: brand_new"},
		"created, and seen late": {reconcile.Create, after(3*time.Second, "", synced), reconcile.EffectYes, 4 * time.Second, ""},
		"created, and vanished":  {reconcile.Create, always(""), reconcile.EffectFailed, 10 * time.Second, "no longer has"},
		"vanished":               {reconcile.Update, always(""), reconcile.EffectFailed, 0, "no longer has"},
		"being deleted":          {reconcile.Update, always(synced + `,` + warned(warnDeleting, "")), reconcile.EffectFailed, 0, "being_deleted"},
		"deleted":                {reconcile.Delete, always(""), reconcile.EffectYes, 0, ""},
		"deleted after a while":  {reconcile.Delete, after(3*time.Second, synced+`,`+warned(warnDeleting, ""), ""), reconcile.EffectYes, 4 * time.Second, ""},
		"deleted, not in time":   {reconcile.Delete, always(synced + `,` + warned(warnDeleting, "")), reconcile.EffectPending, 60 * time.Second, "still deleting"},
		"deleted, seen no trace": {reconcile.Delete, always(synced), reconcile.EffectPending, 60 * time.Second, "still deleting"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient()
				client.http = &states{from: time.Now(), state: c.state}
				from := time.Now()
				finish, err := client.Finish(t.Context(), accepted(c.action, 1))
				if err != nil {
					t.Fatal(err)
				}
				state, words := finish.Effects[0], strings.Join(finish.Effects[0].Words, "; ")
				if state.Effect != c.effect || time.Since(from) != c.took ||
					!strings.Contains(words, c.words) || c.words == "" && words != "" {
					t.Errorf("%v after %v: %q", state.Effect, time.Since(from), words)
				}
				if strings.Contains(words, "123456") || strings.Contains(words, "9876") {
					t.Error("the words hold a code")
				}
			})
		})
	}
}

// TestSettleTogether: everything pending is looked at together: a few credentials one by one, many
// through one list; what is settled is not asked for again.
func TestSettleTogether(t *testing.T) {
	for _, c := range []struct {
		count int
		asked string
	}{
		{2, "get 0s,get 0s,get 2s"},
		{12, "list 0s,get 2s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := newClient()
			transport := &states{from: time.Now(), state: func(id string, after time.Duration) string {
				if id == "c1" && after == 0 {
					return waiting
				}
				return synced
			}}
			client.http = transport
			finish, err := client.Finish(t.Context(), accepted(reconcile.Update, c.count))
			if err != nil || len(finish.Effects) != c.count {
				t.Fatalf("%v, %d effects", err, len(finish.Effects))
			}
			for line, state := range finish.Effects {
				if state.Effect != reconcile.EffectYes {
					t.Errorf("line %d: %v", line, state.Effect)
				}
			}
			if got := strings.Join(transport.asked, ","); got != c.asked {
				t.Errorf("asked %s, want %s", got, c.asked)
			}
		})
	}
}

// TestSettleFails: what could not be asked about is pending, and the error says why; an interrupt
// ends the wait.
func TestSettleFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient()
		client.http = &states{from: time.Now(), fails: true}
		finish, err := client.Finish(t.Context(), accepted(reconcile.Update, 1))
		if reconcile.ClassOf(err) != reconcile.Unreachable || finish.Effect != reconcile.EffectPending || len(finish.Effects) != 0 {
			t.Errorf("%+v %v", finish, err)
		}
		if finish, err = client.Finish(t.Context(), nil); err != nil || finish.Needed {
			t.Errorf("nothing accepted: %+v %v", finish, err)
		}
		client.http = &states{from: time.Now(), state: func(string, time.Duration) string { return waiting }}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		from := time.Now()
		finish, err = client.Finish(ctx, accepted(reconcile.Update, 1))
		if err == nil || time.Since(from) != 5*time.Second || finish.Effects[0].Effect != reconcile.EffectPending {
			t.Errorf("after %v: %+v %v", time.Since(from), finish, err)
		}
	})
}

// TestSettleWaitsForWhatWasWritten: while Seam shows a credential as it was before a change, what
// it says is about that state, and not about the change.
func TestSettleWaitsForWhatWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient()
		client.http = &states{from: time.Now(), state: func(_ string, after time.Duration) string {
			if after < 3*time.Second {
				return synced + `,"code":"1234"`
			}
			return synced
		}}
		list := accepted(reconcile.Update, 1)
		had := credential{ID: "c0", System: "A", User: "u", Method: methodCode, Code: "1234"}
		want := credential{ID: "c0", System: "A", User: "u", Method: methodCode, Code: "123456"}
		list[0].Have, list[0].Want, list[0].Fields = had.record(), want.record(), reconcile.Columns(0).With(col.value)
		from := time.Now()
		finish, err := client.Finish(t.Context(), list)
		if took := time.Since(from); err != nil || finish.Effects[0].Effect != reconcile.EffectYes || took != 4*time.Second {
			t.Errorf("%v after %s, %v", finish.Effects, took, err)
		}
	})
}
