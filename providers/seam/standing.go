package seam

import (
	"slices"
	"strings"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// The words of a credential that merely waits are the same for all: an account
// may have many of them. The list is not changed.
var onlyPending = []string{notConfirmed}

// standing says whether the access system has the credential as Seam has it, as
// far as Seam knows: accepted by Seam is not open at the door. A null of the
// sync flag says nothing, and so do the warnings of what stays as it is for
// good: a start that Seam moved, a code that the provider put in place of
// another.
func (c *credential) standing() reconcile.Settled {
	waits := c.Synced == flagNo
	if len(c.Errors) == 0 && len(c.Warns) == 0 {
		switch {
		case waits:
			return reconcile.Settled{Effect: reconcile.EffectPending, Words: onlyPending}
		case !c.Synced.known():
			return reconcile.Settled{}
		}
		return reconcile.Settled{Effect: reconcile.EffectYes}
	}
	one := *c
	one.Warns = slices.DeleteFunc(slices.Clone(c.Warns), func(w issue) bool { return !standsInTheWay(w.WarningCode) })
	words, effect := effectWords(&one)
	switch {
	case effect == reconcile.EffectFailed:
	case waits:
		return pending(append(words, notConfirmed)...)
	case effect == reconcile.EffectYes && !c.Synced.known():
		effect = reconcile.EffectNone
	}
	return reconcile.Settled{Effect: effect, Words: words}
}

// standsInTheWay reports whether a warning says that a credential which is as it
// is wanted does not open a door.
func standsInTheWay(code string) bool {
	return code == warnUnknown || code == warnUnissued || code == warnReissue
}

// standingOf is the same from the words of an export's column status, which has
// no messages. Where it has no word, nothing is known.
func standingOf(record reconcile.Record) reconcile.Settled {
	var settled reconcile.Settled
	value := record.Cell(col.value).Text()
	for word := range strings.FieldsSeq(record.Cell(col.status).Text()) {
		effect, words := reconcile.EffectPending, "Seam: "+httpapi.Harmless(word, value)
		code, failed := strings.CutPrefix(word, statusError+":")
		switch {
		case failed:
			effect, words = reconcile.EffectFailed, "Seam: "+httpapi.Harmless(code, value)
		case word == warnUnknown:
			effect = reconcile.EffectFailed
		case word == statusPending && settled.Effect == reconcile.EffectFailed:
			continue // what is refused need not be waited for
		case word == statusPending:
			words = notConfirmed
		case !standsInTheWay(word):
			continue
		}
		settled.Effect, settled.Words = max(settled.Effect, effect), append(settled.Words, words)
	}
	return settled
}
