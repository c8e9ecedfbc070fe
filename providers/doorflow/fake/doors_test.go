package fake_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/sandbox"
)

var doorsAtFirst = map[string]string{"pinA": "004821", "cardA": "01234567", "pinB": "4711"}

// TestDoorsLearnBySync: writes stay in the cloud until a sync.
func TestDoorsLearnBySync(t *testing.T) {
	a := with(t, "sync-window=0s")
	status := func() any {
		return decode[object](t, a.do(http.MethodGet, "/api/3/account", "").body)["sync"].(object)["status"]
	}
	if diff := cmp.Diff(doorsAtFirst, a.api.Doors()); diff != "" || status() != "complete" {
		t.Fatal(diff, status())
	}
	a.do(http.MethodPut, "/api/3/people/101/credentials/pinA", `{"person_credential":{"value":"5555"}}`)
	a.do(http.MethodDelete, "/api/3/people/102/credentials/pinB", "")
	made := decode[object](t, a.do(http.MethodPost, "/api/3/people/103/credentials",
		`{"person_credential":{"credential_type_id":31,"value":"6666"}}`).body)["id"].(string)
	if diff := cmp.Diff(doorsAtFirst, a.api.Doors()); diff != "" || status() != "pending" {
		t.Error(diff, status())
	}
	a.do(http.MethodPost, "/api/3/sync", "").want(t, "sync", 200, `{"result":"ok"}`)
	want := map[string]string{"pinA": "5555", "cardA": "01234567", made: "6666"}
	if diff := cmp.Diff(want, a.api.Doors()); diff != "" || status() != "complete" {
		t.Error(diff, status())
	}
	a.do(http.MethodPost, "/api/3/sync", "").want(t, "nothing pending", 200, `{"result":"ok"}`)
	if e := a.log(); !e[len(e)-3].Applied || e[len(e)-1].Applied {
		t.Errorf("log %+v", e[len(e)-3:])
	}
}

func TestSyncWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, sandbox.Options{State: []byte(small)})
		c.do("POST", "sync", "").want(t, "first", 200, `{"result":"ok"}`)
		for _, step := range []struct {
			wait time.Duration
			left string
		}{{0, "30"}, {time.Second / 2, "30"}, {time.Second / 2, "29"}, {29*time.Second - instant, "1"}} {
			time.Sleep(step.wait)
			r := c.do("POST", "sync", "")
			r.want(t, "too early", 429, `{"description":"Sync rate limit exceeded. Please wait before trying again.",`+
				`"error":"rate_limited","retry_in":`+step.left+`}`)
			if r.header.Get("Retry-After") != "" {
				t.Error("DoorFlow sends no Retry-After here")
			}
		}
		time.Sleep(instant)
		c.do("POST", "sync", "").want(t, "in time", 200, `{"result":"ok"}`)
	})
}

// TestSyncSettles: a sync, once settled, brings the doors the state of the time when it began.
func TestSyncSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, sandbox.Options{
			State: []byte(small), Settle: 10 * time.Second, Set: map[string]string{"sync-window": "0s"},
		})
		put := func(value string) {
			c.do("PUT", "people/101/credentials/pinA", `{"person_credential":{"value":"`+value+`"}}`)
		}
		status := func() any { return decode[object](t, c.do("GET", "account", "").body)["sync"].(object)["status"] }
		put("5555")
		c.do("POST", "sync", "")
		put("6666")
		c.do("DELETE", "people/102/credentials/pinB", "")
		time.Sleep(10*time.Second - instant)
		if diff := cmp.Diff(doorsAtFirst, c.api.Doors()); diff != "" || status() != "syncing" {
			t.Error(diff, status())
		}
		time.Sleep(instant)
		want := map[string]string{"pinA": "5555", "cardA": "01234567", "pinB": "4711"}
		if diff := cmp.Diff(want, c.api.Doors()); diff != "" || status() != "pending" {
			t.Error(diff, status())
		}
		c.do("POST", "sync", "")
		time.Sleep(10 * time.Second)
		want = map[string]string{"pinA": "6666", "cardA": "01234567"}
		if diff := cmp.Diff(want, c.api.Doors()); diff != "" || status() != "complete" {
			t.Error(diff, status())
		}
	})
}
