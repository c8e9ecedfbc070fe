package reportio

import "keyroster/reconcile"

// keptOut reports whether a line is right but its holder is kept out by something
// that no roster decides.
func keptOut(l *Line) bool {
	return l.KeptOut && (l.Outcome == reconcile.Unchanged || l.Outcome == reconcile.Applied)
}

// keptOut is what the verdict says about them, empty for none.
func (u *Crowd) keptOut(named bool) string {
	if u.Credentials == 0 {
		return ""
	}
	text := u.counted("") + " cannot open a door: the provider stores these people out"
	if u.Credentials == 1 {
		text = u.counted("") + " cannot open a door: the provider stores this person out"
	}
	if !named {
		return text
	}
	return text + ": " + u.named()
}
