package fake

import (
	"math"
	"net/http"
	"time"

	"keyroster/providers/sandbox"
)

// Doors returns what the doors know: values by credential id. Only a sync changes it, after
// Options.Settle.
func (s *Server) Doors() map[string]string {
	doors := map[string]string{}
	s.Read(func(a *account) {
		for _, c := range a.credentials.All {
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

// sync starts bringing the changes to the doors. It answers 200 even if there are none, and
// 429 within the window after the last one (DoorFlow API v3 reference, sync).
func (a *account) sync(*http.Request) *sandbox.Answer {
	now := time.Now()
	if left := a.settings.syncWindow - now.Sub(a.lastSync); left > 0 && !a.lastSync.IsZero() {
		return answer(http.StatusTooManyRequests, map[string]any{
			"error":       "rate_limited",
			"description": "Sync rate limit exceeded. Please wait before trying again.",
			"retry_in":    int(math.Ceil(left.Seconds())),
		})
	}
	a.lastSync = now
	changed := len(a.dirty) > 0
	if changed {
		a.syncing = append(a.syncing, delivery{now.Add(a.settle), a.changes()})
	}
	return answer(http.StatusOK, map[string]string{"result": "ok"}).Changed(changed)
}

// changes takes the changes that the doors do not know yet.
func (a *account) changes() []doorChange {
	changes := make([]doorChange, 0, len(a.dirty))
	for c := range a.dirty {
		changes = append(changes, doorChange{c, c.value, c.hasValue && !c.deleted})
	}
	clear(a.dirty)
	return changes
}

// fillDoors makes the doors equal to the records, for the initial state.
func (a *account) fillDoors() {
	for _, c := range a.credentials.All {
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

// Settle implements [sandbox.Settler]: both queues are ordered by time, because all entries
// wait equally long.
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

// getAccount answers with the account and the state of its sync.
func (a *account) getAccount(*http.Request) *sandbox.Answer {
	status, last, description := "complete", any(nil), any(nil)
	switch {
	case a.settings.syncStatus != "":
		status, description = a.settings.syncStatus, a.settings.syncDescription
	case len(a.syncing) > 0:
		status = "syncing"
	case len(a.dirty) > 0:
		status = "pending"
	}
	if !a.lastSync.IsZero() {
		last = a.lastSync.UTC().Format(time.RFC3339)
	}
	return answer(http.StatusOK, map[string]any{
		"id":        a.id(),
		"name":      "Sandbox account",
		"time_zone": a.settings.timeZone,
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

func (a *account) id() string { return a.settings.account }
