package fake

import (
	"encoding/json"
	"strings"
	"time"
)

// change is an accepted change that has not reached the provider.
type change struct {
	at         time.Time
	credential *credential
	version    int
}

// enqueue starts to pass a credential's state to the provider.
func (w *workspace) enqueue(c *credential, now time.Time) {
	c.version++
	if w.settings.stuck.HasAny("all", c.system.id) {
		return
	}
	w.queue = append(w.queue, change{now.Add(w.delay), c, c.version})
}

// Settle implements [sandbox.Settler]: the changes reach the provider. The queue is ordered
// by time, because all wait equally long. A credential that was changed again is passed on
// only with its last change.
func (w *workspace) Settle(now time.Time) (due time.Time) {
	for len(w.queue) > 0 && !w.queue[0].at.After(now) {
		arrived := w.queue[0]
		w.queue = w.queue[1:]
		if c := arrived.credential; w.credentials.Find(c.id) == c && c.version == arrived.version {
			w.applyAtProvider(c, arrived.at)
		}
	}
	if len(w.queue) > 0 {
		due = w.queue[0].at
	}
	return due
}

// applyAtProvider applies a credential's new state at the provider.
func (w *workspace) applyAtProvider(c *credential, now time.Time) {
	if c.pendingDelete {
		w.credentials.Leave(c)
		return
	}
	if suffix := w.settings.lateError; suffix != "" && strings.HasSuffix(c.code, suffix) {
		w.change(c, map[string]any{"errors": []any{map[string]any{
			"created_at": stamp(now),
			"error_code": "provider_rejected_credential", "message": "The provider rejected the credential",
		}}})
		return
	}
	changes := map[string]any{
		"is_latest_desired_state_synced_with_provider": true, "latest_desired_state_synced_with_provider_at": stamp(now),
	}
	if suffix := w.settings.unavailable; suffix != "" && strings.HasSuffix(c.code, suffix) {
		code := w.freeCode(c.system, c.id, c.code)
		changes["code"] = code
		changes["warnings"] = append(keptWarnings(c, changes), warning("requested_code_unavailable",
			"The provider does not allow the requested code and assigned another", now,
			map[string]any{"original_code": c.code, "new_code": code}))
	}
	w.change(c, changes)
}

// keptWarnings returns the warnings that a change leaves: those about a former code are dropped
// with it.
func keptWarnings(c *credential, changes map[string]any) []any {
	var all []map[string]any
	if err := json.Unmarshal(c.members["warnings"], &all); err != nil {
		panic("read warnings that were read before: " + err.Error())
	}
	_, recoded := changes["code"]
	kept := []any{}
	for _, one := range all {
		if recoded && one["warning_code"] == "requested_code_unavailable" {
			continue
		}
		kept = append(kept, one)
	}
	return kept
}
