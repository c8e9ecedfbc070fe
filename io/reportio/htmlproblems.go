package reportio

import (
	"cmp"
	"fmt"
	"slices"

	"keyroster/reconcile"
)

// htmlProblems are the roster's problems, by kind.
type htmlProblems struct {
	Count string
	// Open: something must be corrected, so the section is unfolded.
	Open  bool
	Kinds []htmlProblemKind
}

// htmlProblemKind are the problems of one kind, errors before warnings and the
// most frequent first.
type htmlProblemKind struct {
	Severity, Kind, Count string
	Rows                  []htmlProblem
	// More says how many the page does not list.
	More string

	n     int
	error bool
}

type htmlProblem struct{ Where, Column, Message, Remedy string }

// problemsMax is how many problems of a kind the page lists; the workbook has
// all.
const problemsMax = 50

func newHTMLProblems(r *Report) htmlProblems {
	p := htmlProblems{Count: Count(len(r.Problems), "problem")}
	at := map[[2]string]int{}
	for i := range r.Problems {
		problem := &r.Problems[i]
		key := [2]string{problem.Severity.String(), problem.Kind}
		n, ok := at[key]
		if !ok {
			n, at[key] = len(p.Kinds), len(p.Kinds)
			p.Kinds = append(p.Kinds, htmlProblemKind{
				Severity: key[0], Kind: plainWords(problem.Kind), error: problem.Severity == reconcile.SeverityError,
			})
			p.Open = p.Open || p.Kinds[n].error
		}
		p.Kinds[n].add(r, problem)
	}
	for i := range p.Kinds {
		k := &p.Kinds[i]
		k.Count = Count(k.n, "place")
		if more := k.n - len(k.Rows); more > 0 {
			k.More = fmt.Sprintf("… and %s more: the sheet Problems of the workbook has them all", Thousands(more))
		}
	}
	slices.SortStableFunc(p.Kinds, func(a, b htmlProblemKind) int {
		return cmp.Or(oneIf(b.error)-oneIf(a.error), cmp.Compare(b.n, a.n))
	})
	return p
}

func (k *htmlProblemKind) add(r *Report, p *reconcile.Problem) {
	if k.n++; k.n > problemsMax {
		return
	}
	message := p.Message
	if p.Read != "" && p.Read != reconcile.Dots {
		message += "; read " + p.Read
	}
	if p.Likely != "" {
		message += "; likely " + p.Likely
	}
	k.Rows = append(k.Rows, htmlProblem{Where: problemPlace(r, p), Column: p.Column, Message: message, Remedy: p.Advice()})
}

// problemPlace is where a problem is. It names the file only if there are several,
// or nothing else is known.
func problemPlace(r *Report, p *reconcile.Problem) string {
	var at string
	switch {
	case p.Cell != "":
		at = "cell " + p.Cell
	case p.Line > 0:
		at = fmt.Sprintf("line %d", p.Line)
	}
	file := baseName(p.File)
	if p.Sheet != "" && len(r.Inputs) < 2 {
		file = ""
	}
	return JoinFilled(", ", file, p.Sheet, at)
}
