package fake

import (
	"math"
	"net/http"
	"time"

	"keyroster/providers/sandbox"
)

// Doors is what the doors know: value by credential id. Only a sync changes
// it, after Options.Settle.
func (s *Server) Doors() map[string]string {
	doors := map[string]string{}
	s.state.Read(func(a *account) {
		for _, c := range a.credentials {
			if c.atDoor {
				doors[c.id] = c.door
			}
		}
		for c := range a.ghosts {
			doors[c.id] = c.door
		}
	})
	return doors
}

// sync starts bringing the changes to the doors. It answers 200 when there is
// nothing to bring, and 429 within the window after the last one (DoorFlow API
// v3 reference, sync).
func (s *Server) sync(w http.ResponseWriter, r *http.Request) {
	var left time.Duration
	var changed bool
	s.state.Write(func(a *account) { left, changed = a.startSync(time.Now(), s.options.Settle) })
	if left > 0 {
		answer(w, http.StatusTooManyRequests, map[string]any{
			"error":       "rate_limited",
			"description": "Sync rate limit exceeded. Please wait before trying again.",
			"retry_in":    int(math.Ceil(left.Seconds())),
		})
		return
	}
	if changed {
		sandbox.MarkApplied(r.Context())
	}
	answer(w, http.StatusOK, map[string]string{"result": "ok"})
}

// startSync says how long the window is still closed, else whether there was
// something to bring, which then takes the delay to arrive.
func (a *account) startSync(now time.Time, delay time.Duration) (left time.Duration, changed bool) {
	if left := a.settings.syncWindow - now.Sub(a.lastSync); left > 0 && !a.lastSync.IsZero() {
		return left, false
	}
	a.lastSync = now
	if len(a.dirty) == 0 {
		return 0, false
	}
	a.syncing = append(a.syncing, delivery{now.Add(delay), a.changes()})
	return 0, true
}

// changes takes what the doors do not know yet.
func (a *account) changes() []doorChange {
	changes := make([]doorChange, 0, len(a.dirty))
	for c := range a.dirty {
		changes = append(changes, doorChange{c, c.value, c.hasValue && !c.deleted})
	}
	clear(a.dirty)
	return changes
}

// deliver makes the doors equal to the records: the first state.
func (a *account) deliver() {
	for _, c := range a.credentials {
		c.door, c.atDoor = c.value, c.hasValue
	}
	a.dirty = map[*credential]bool{}
}

func apply(a *account, changes []doorChange) {
	for _, change := range changes {
		c := change.credential
		c.door, c.atDoor = change.value, change.atDoor
		delete(a.ghosts, c)
		if c.deleted && c.atDoor {
			a.ghosts[c] = true // deleted after this sync began
		}
	}
}

// Settle implements [sandbox.Settler]: both queues are in the order of time,
// because all entries wait equally long.
func (a *account) Settle(now time.Time) (due time.Time) {
	for len(a.revoking) > 0 && !a.revoking[0].at.After(now) {
		if c := a.revoking[0].credential; !c.deleted {
			a.remove(c)
		}
		a.revoking = a.revoking[1:]
	}
	for len(a.syncing) > 0 && !a.syncing[0].at.After(now) {
		apply(a, a.syncing[0].changes)
		a.syncing = a.syncing[1:]
	}
	if len(a.revoking) > 0 {
		due = a.revoking[0].at
	}
	if len(a.syncing) > 0 && (due.IsZero() || a.syncing[0].at.Before(due)) {
		due = a.syncing[0].at
	}
	return due
}

// getAccount serves the account with the state of its sync.
func (s *Server) getAccount(w http.ResponseWriter, _ *http.Request) {
	status, last := "complete", any(nil)
	s.state.Read(func(a *account) {
		switch {
		case len(a.syncing) > 0:
			status = "syncing"
		case len(a.dirty) > 0:
			status = "pending"
		}
		if !a.lastSync.IsZero() {
			last = a.lastSync.UTC().Format(time.RFC3339)
		}
	})
	var description any
	if s.settings.syncStatus != "" {
		status, description = s.settings.syncStatus, s.settings.syncDescription
	}
	answer(w, http.StatusOK, map[string]any{
		"id":        s.accountID(),
		"name":      "Sandbox account",
		"time_zone": s.settings.timeZone,
		"monitored": false,
		"reseller":  nil,
		"sync":      map[string]any{"status": status, "last_sync": last, "description": description},
		"user": map[string]any{
			"id": ownerID, "first_name": "Sandbox", "last_name": "Owner", "email": "owner@example.com",
		},
		"passport": map[string]any{"remote_unlock_enabled": false, "hid_mobile_access": true},
	})
}

// ownerID is the user who authorised every token.
const ownerID = 7001

func (s *Server) accountID() string {
	if s.settings.account != "" {
		return s.settings.account
	}
	return hashid(sandbox.DeriveNumbers(s.options.Seed, "account"), 6)
}
