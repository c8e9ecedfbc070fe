package seam

import (
	"slices"
	"strings"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Shared by all credentials that are merely pending, of which an account may have many. It
// is never changed.
var onlyPending = []string{notConfirmed}

// effect says whether the access system has the credential as Seam has it, as far as Seam
// knows: accepted by Seam does not mean open at the door. A null of the sync flag says
// nothing, nor do warnings of a permanent difference: a start that Seam moved, a code that
// the provider assigned in place of another.
func (c *credential) effect() reconcile.EffectState {
	waits := c.Synced == flagNo
	if len(c.Errors) == 0 && len(c.Warns) == 0 {
		switch {
		case waits:
			return reconcile.EffectState{Effect: reconcile.EffectPending, Words: onlyPending}
		case !c.Synced.known():
			return reconcile.EffectState{}
		}
		return reconcile.EffectState{Effect: reconcile.EffectYes}
	}
	one := *c
	one.Warns = slices.DeleteFunc(slices.Clone(c.Warns), func(w issue) bool { return !blocksEffect(w.WarningCode) })
	words, effect := effectWords(&one)
	switch {
	case effect == reconcile.EffectFailed:
	case waits:
		return pending(append(words, notConfirmed)...)
	case effect == reconcile.EffectYes && !c.Synced.known():
		effect = reconcile.EffectUnknown
	}
	return reconcile.EffectState{Effect: effect, Words: words}
}

// blocksEffect reports whether a warning means that a credential which is as wanted does
// not open a door.
func blocksEffect(code string) bool {
	return code == warnUnknown || code == warnUnissued || code == warnReissue
}

// effectOfStatus derives the effect from the words of an export's column status, which has
// no messages. Without words, nothing is known.
func effectOfStatus(record reconcile.Record) reconcile.EffectState {
	var state reconcile.EffectState
	value := record.Cell(col.value).Text()
	for word := range strings.FieldsSeq(record.Cell(col.status).Text()) {
		effect, words := reconcile.EffectPending, "Seam: "+httpapi.Redact(word, value)
		code, failed := strings.CutPrefix(word, statusError+":")
		switch {
		case failed:
			effect, words = reconcile.EffectFailed, "Seam: "+httpapi.Redact(code, value)
		case word == warnUnknown:
			effect = reconcile.EffectFailed
		case word == statusPending && state.Effect == reconcile.EffectFailed:
			continue // nothing to wait for
		case word == statusPending:
			words = notConfirmed
		case !blocksEffect(word):
			continue
		}
		state.Effect, state.Words = max(state.Effect, effect), append(state.Words, words)
	}
	return state
}
