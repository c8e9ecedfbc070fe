package reportio

import "keyroster/reconcile"

// keptOutTally counts, while lines are read, the records whose holders are kept
// out by what no roster decides.
type keptOutTally struct {
	seen map[string]bool
	all  Crowd
}

func (t *keptOutTally) add(l *Line) {
	if !l.KeptOut || l.Outcome != reconcile.Unchanged && l.Outcome != reconcile.Applied {
		return
	}
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	key := UnlistedKey(l.HolderID, l.CredentialID)
	t.all.add(l, !t.seen[key])
	t.seen[key] = true
}

// keptOut is what the verdict says of them, empty for none.
func (u *Crowd) keptOut(named bool) string {
	if u.Credentials == 0 {
		return ""
	}
	text := u.counted("") + " open no door, as the provider keeps them out"
	if u.Credentials == 1 {
		text = u.counted("") + " opens no door, as the provider keeps that person out"
	}
	if !named {
		return text
	}
	return text + ": " + u.named()
}
