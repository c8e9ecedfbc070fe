package pingone

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// alike has titles by what a person sees of them: a title is what finds a type, and
// one that only looks like another would make a second type beside it.
type alike struct {
	// records are those of each look; given has, by record, the look of the title
	// that a row by its id gives it, and givenTo its inverse.
	records map[string][]int
	given   map[int]string
	givenTo map[string]int
	// titles are those of the rows that name no listed id.
	titles map[string][]string
	// copies has the rows that say what a row by its id says.
	copies map[int]bool
}

func newAlike() *alike {
	return &alike{
		records: map[string][]int{},
		given:   map[int]string{},
		givenTo: map[string]int{},
		titles:  map[string][]string{},
		copies:  map[int]bool{},
	}
}

func (a *alike) addRecord(at int, title string) {
	look := reconcile.Skeleton(title)
	a.records[look] = append(a.records[look], at)
}

func (a *alike) addGiven(at int, title string) {
	look := reconcile.Skeleton(title)
	a.given[at] = look
	if _, known := a.givenTo[look]; !known {
		a.givenTo[look] = at
	}
}

func (a *alike) addTitle(title string) {
	look := reconcile.Skeleton(title)
	for _, known := range a.titles[look] {
		if known == title {
			return
		}
	}
	a.titles[look] = append(a.titles[look], title)
}

// looksLike says which record has a title that looks like this one, empty for
// none. A free record of just this title is meant by it and is none.
func (r *resolver) looksLike(row int, title string) string {
	if title == "" || r.alike.copies[row] {
		return ""
	}
	look := reconcile.Skeleton(title)
	at, found := r.alike.givenTo[look]
	for _, n := range r.alike.records[look] {
		exact := r.have.Record(n).Cell(col.title).Text() == title
		if given, renamed := r.alike.given[n]; renamed && given != look || exact && !r.named[n] {
			continue
		}
		at, found = n, true
		break
	}
	if !found {
		return ""
	}
	record := r.have.Record(at)
	switch have := record.Cell(col.title).Text(); {
	case have == title:
		return fmt.Sprintf("credential type %s has this title, but another row names it by its id", record.ID())
	case reconcile.Skeleton(have) == look:
		return fmt.Sprintf(
			"the title looks like %q of credential type %s but differs in %s: write it identically to mean that one, or "+
				"choose another title",
			have, record.ID(), reconcile.ExplainLookalikes(title, have),
		)
	default:
		return fmt.Sprintf(
			"another row gives credential type %s this title, or one that looks like it",
			record.ID(),
		)
	}
}

// looksLikeRow says which other title of the roster looks like this one.
func (r *resolver) looksLikeRow(title string) string {
	for _, other := range r.alike.titles[reconcile.Skeleton(title)] {
		if other != title {
			return fmt.Sprintf(
				"another row has the title %q, which looks the same but differs in %s: change one of them",
				other, reconcile.ExplainLookalikes(title, other),
			)
		}
	}
	return ""
}

// untidy says what no author means to be in a title, and whoever looks for the type by
// its title leaves out; empty for nothing.
func untidy(title string) string {
	if inside, ok := shape.Unwrap(title); ok {
		return fmt.Sprintf("the title is a formula: write only %q, and format the column as text", inside)
	}
	if strings.TrimSpace(title) != title {
		return "the title starts or ends with a space: remove it"
	}
	if r, found := unseen(title, ""); found {
		return fmt.Sprintf("the title has an invisible character (U+%04X): remove it", r)
	}
	return ""
}

// unseen is the first character of a text that no author means to be there, since it is not
// seen and none of those that may be.
func unseen(text, may string) (rune, bool) {
	for _, r := range text {
		if (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != joiner && r != nonJoiner) &&
			!strings.ContainsRune(may, r) {
			return r, true
		}
	}
	return 0, false
}

// joiner and nonJoiner stand within words of some scripts and within emoji.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// surveyRows looks at the rows by id first: what they name, the others do not.
func (r *resolver) surveyRows(rows *reconcile.Set) {
	said, byID := map[string]bool{}, map[string]bool{}
	for n := range rows.Len() {
		row := rows.Record(n)
		at, listed := r.find(row.ID())
		if !listed {
			continue
		}
		r.named[at] = true
		if c := row.Cell(col.title); c.Filled() {
			r.alike.addGiven(at, c.Text())
			byID[saying(row)] = true
		}
	}
	for n := range rows.Len() {
		row := rows.Record(n)
		c := row.Cell(col.title)
		if _, listed := r.find(row.ID()); listed || !c.Filled() {
			continue
		}
		r.alike.addTitle(c.Text())
		what := saying(row)
		if r.alike.copies[n] = byID[what]; !said[what] {
			said[what] = true
			r.asking[c.Text()]++
		}
	}
}

// saying is all that a row says, in the form in which it is compared.
func saying(row reconcile.Record) string {
	hash := sha256.New()
	for n, cell := range row.Cells(nil) {
		if Schema.Columns[n].Role == reconcile.RoleInfo || n == col.id {
			continue
		}
		text := cell.Text()
		switch {
		case n == col.state:
			hash.Write(fmt.Appendf(nil, "%t ", text == reconcile.StateAbsent))
			continue
		case cell.Filled():
			text, _ = canonical(n, text)
		}
		fmt.Fprintf(hash, "%d %d %s ", cell.State(), len(text), text)
	}
	return string(hash.Sum(nil))
}
