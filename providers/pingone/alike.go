package pingone

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// lookalikes indexes titles by how they look to a reader: titles identify types, and one that
// only looks like an existing one would create a second type beside it.
type lookalikes struct {
	// records are those of each look; given is the look of the title that a row gives a
	// record by its id, givenTo its inverse.
	records map[string][]int
	given   map[int]string
	givenTo map[string]int
	// titles are those of the rows that name no listed id.
	titles map[string][]string
	// copies marks the rows that say the same as a row with an id.
	copies map[int]bool
}

func newLookalikes() *lookalikes {
	return &lookalikes{
		records: map[string][]int{},
		given:   map[int]string{},
		givenTo: map[string]int{},
		titles:  map[string][]string{},
		copies:  map[int]bool{},
	}
}

func (a *lookalikes) addRecord(at int, title string) {
	look := reconcile.Skeleton(title)
	a.records[look] = append(a.records[look], at)
}

func (a *lookalikes) addGiven(at int, title string) {
	look := reconcile.Skeleton(title)
	a.given[at] = look
	if _, known := a.givenTo[look]; !known {
		a.givenTo[look] = at
	}
}

func (a *lookalikes) addTitle(title string) {
	look := reconcile.Skeleton(title)
	for _, known := range a.titles[look] {
		if known == title {
			return
		}
	}
	a.titles[look] = append(a.titles[look], title)
}

// looksLike names the record whose title looks like this one; empty for none. A free record
// with exactly this title is the one meant, and does not count.
func (r *resolver) looksLike(row int, title string) string {
	if title == "" || r.lookalikes.copies[row] {
		return ""
	}
	look := reconcile.Skeleton(title)
	at, found := r.lookalikes.givenTo[look]
	for _, n := range r.lookalikes.records[look] {
		exact := r.have.Record(n).Cell(col.title).Text() == title
		if given, renamed := r.lookalikes.given[n]; renamed && given != look || exact && !r.named[n] {
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

// looksLikeRow names another title in the roster that looks like this one.
func (r *resolver) looksLikeRow(title string) string {
	for _, other := range r.lookalikes.titles[reconcile.Skeleton(title)] {
		if other != title {
			return fmt.Sprintf(
				"another row has the title %q, which looks the same but differs in %s: change one of them",
				other, reconcile.ExplainLookalikes(title, other),
			)
		}
	}
	return ""
}

// titleProblem says what in a title cannot be intended and would be left out by anyone looking
// for it; empty for nothing.
func titleProblem(title string) string {
	if inside, ok := shape.Unwrap(title); ok {
		return fmt.Sprintf("the title is a formula: write only %q, and format the column as text", inside)
	}
	if strings.TrimSpace(title) != title {
		return "the title starts or ends with a space: remove it"
	}
	if r, found := findInvisible(title, ""); found {
		return fmt.Sprintf("the title has an invisible character (U+%04X): remove it", r)
	}
	return ""
}

// findInvisible returns the first invisible character of a text that is not in may.
func findInvisible(text, may string) (rune, bool) {
	for _, r := range text {
		if (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != joiner && r != nonJoiner) &&
			!strings.ContainsRune(may, r) {
			return r, true
		}
	}
	return 0, false
}

// joiner and nonJoiner occur within words of some scripts and within emoji.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// surveyRows looks at the rows with ids first: records that they name are not free for the
// others.
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
			r.lookalikes.addGiven(at, c.Text())
			byID[contentOf(row)] = true
		}
	}
	for n := range rows.Len() {
		row := rows.Record(n)
		c := row.Cell(col.title)
		if _, listed := r.find(row.ID()); listed || !c.Filled() {
			continue
		}
		r.lookalikes.addTitle(c.Text())
		what := contentOf(row)
		if r.lookalikes.copies[n] = byID[what]; !said[what] {
			said[what] = true
			r.claims[c.Text()]++
		}
	}
}

// contentOf returns the content of a row in comparable form.
func contentOf(row reconcile.Record) string {
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
