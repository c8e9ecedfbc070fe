package reportio

import (
	"cmp"
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// Unlisted are the records in no row, and their holders. The roster does not cover
// them, so every sentence about a run's result mentions them.
type Unlisted struct {
	// Policy is the account's key unlisted: name, needs-a-person, or ignore,
	// which counts them and names no person. Empty is name.
	Policy string `json:"policy"`
	// Noun is the word for one record in a sentence, empty for credential.
	Noun string `json:"noun"`
	Crowd
}

// Crowd counts records and their holders.
type Crowd struct {
	// Credentials counts the records, Unheld those without a holder, and People the
	// holders of the others.
	Credentials int `json:"credentials"`
	Unheld      int `json:"unheld"`
	People      int `json:"people"`
	// Names are the first holders, by name or what else is known of them; for
	// records without a holder, the records' own names. The lines have all of them.
	Names []string `json:"names"`
}

// The texts of the account's key unlisted.
const (
	UnlistedIgnore = "ignore"
	UnlistedName   = "name"
	UnlistedNeeds  = "needs-a-person"
)

// namedUnlisted is how many of them a sentence names; the others are counted.
const namedUnlisted = 10

// crowdTally counts records and their holders while lines are read.
type crowdTally struct {
	seen map[string]bool
	all  Crowd
	// fresh are those whose holders the last good run did not name; nil where the
	// caller does not ask.
	fresh *Crowd
}

// UnlistedKey identifies the holder of a record in no row, or the record itself if
// it has none. Two keys of one tenant are equal if they mean the same.
func UnlistedKey(holderID, credentialID string) string {
	if holderID != "" {
		return "holder " + holderID
	}
	return "record " + credentialID
}

// unlisted reports whether a line is a record in no row that is not on its way out.
func unlisted(l *Line) bool { return l.Outcome == reconcile.LeftUnlisted && !l.Ending }

// add counts the record of a line; known may be nil.
func (t *crowdTally) add(l *Line, known func(string) bool) {
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	key := UnlistedKey(l.HolderID, l.CredentialID)
	first := !t.seen[key]
	t.seen[key] = true
	t.all.add(l, first)
	if known == nil || known(key) {
		return
	}
	if t.fresh == nil {
		t.fresh = &Crowd{}
	}
	t.fresh.add(l, first)
}

// add counts a record; first: it is the first of its holder.
func (u *Crowd) add(l *Line, first bool) {
	u.Credentials++
	switch {
	case l.HolderID == "":
		u.Unheld++
	case first:
		u.People++
	}
	if first && len(u.Names) < namedUnlisted {
		u.Names = append(u.Names, l.holderText())
	}
}

// holderText is the holder as a person knows them, or the name of a record without
// one: at a provider without holders its title, which serves as the type.
func (l *Line) holderText() string {
	if who := l.Who(); who != "" {
		return who
	}
	if l.Type == "" && l.TypeName != "" {
		return l.TypeName
	}
	return l.What()
}

// silent reports whether there is nothing to say about them.
func (u *Unlisted) silent() bool { return u.Credentials == 0 || u.Policy == UnlistedIgnore }

// counted says how many records there are, and of how many people.
func (u *Crowd) counted(noun string) string {
	noun = cmp.Or(noun, "credential")
	held := u.Credentials - u.Unheld
	switch {
	case held == 0:
		return Count(u.Unheld, noun)
	case u.Unheld == 0:
		return Count(held, noun) + " of " + people(u.People)
	}
	return fmt.Sprintf("%s of %s and %s of nobody", Count(held, noun), people(u.People), Thousands(u.Unheld))
}

// sentence says that they are in no row; named: with their names.
func (u *Unlisted) sentence(named bool) string {
	if u.silent() {
		return ""
	}
	verb := " are in no row"
	if u.Credentials == 1 {
		verb = " is in no row"
	}
	text := u.counted(u.Noun) + verb
	if !named || len(u.Names) == 0 {
		return text
	}
	return text + ": " + u.named()
}

// UnlistedSentence is what a report says about the records in no row, with or
// without names; empty when there is nothing to say.
func UnlistedSentence(r *Report, named bool) string {
	if r.Tally() != nil {
		return ""
	}
	return oneLine(r.Unlisted.sentence(named))
}

// named are their names, and how many more there are.
func (u *Crowd) named() string {
	text := strings.Join(u.Names, ", ")
	if more := u.People + u.Unheld - len(u.Names); more > 0 {
		text += " and " + Thousands(more) + " more"
	}
	return text
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return Thousands(n) + " people"
}

// FreshUnlisted is a line that names the people in no row whom the last good run
// did not name, see [Report.NamedBefore]; empty when there are none.
func FreshUnlisted(r *Report) (string, error) {
	if err := r.Tally(); err != nil {
		return "", err
	}
	fresh := r.settled.unlisted.fresh
	if fresh == nil || r.Unlisted.silent() {
		return "", nil
	}
	one := Unlisted{Noun: r.Unlisted.Noun, Crowd: *fresh}
	text := one.sentence(false)
	if m := r.Memory; m == nil || m.From != MemoryNone {
		text += ", new since the last good run"
	}
	return JoinFilled(": ", r.Account, oneLine(text+": "+one.named())) + "\n", nil
}
