package rosterio

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile"
)

// acceptEmail accepts the header Email as the column of people's addresses, if no
// other header of the line could be that. Alone it does not make a line a header.
func (b *binder) acceptEmail(h *Header) {
	col, at := b.schema.At(reconcile.HolderEmail), -1
	if col < 0 || h.Present.Has(col) {
		return
	}
	for i, senses := range lexicon.Read(h.titles) {
		switch {
		case !b.open(h, i):
		case headerKey(h.titles[i]) == "email" && at < 0:
			at = i
		case headerKey(h.titles[i]) == "email", slices.ContainsFunc(senses, meansEmail):
			return
		}
	}
	if at >= 0 {
		h.targets[at], h.Present = col, h.Present.With(col)
	}
}

func meansEmail(s lexicon.Sense) bool { return s.Meaning == lexicon.Email }

// misspelt is the column that a header is most likely a misspelling of, or -1. A word
// that people use is not a misspelling.
func (b *binder) misspelt(title string) int {
	n := b.names.misspelt(headerKey(title))
	if n < 0 || b.schema.Columns[n].Role == reconcile.RoleInfo || lexicon.Read([]string{title})[0] != nil {
		return -1
	}
	return n
}

// endless is the date, a start or an end, that a header gives to credentials
// although this provider's have none, while holders may; not ok for other headers.
func (b *binder) endless(title string) (reconcile.Meaning, bool) {
	if b.schema.Holder == "" {
		return 0, false
	}
	for _, sense := range lexicon.Read([]string{title})[0] {
		switch {
		case sense.Vague:
		case sense.Meaning == lexicon.Ends && b.schema.At(reconcile.EndsAt) < 0:
			return reconcile.EndsAt, true
		case sense.Meaning == lexicon.Starts && b.schema.At(reconcile.StartsAt) < 0:
			return reconcile.StartsAt, true
		}
	}
	return 0, false
}

// reportUnknown reports the headers that mean no column: some in a problem of their
// own, all others in a single one.
func (b *binder) reportUnknown(h *Header) {
	var others []int
	for i, title := range h.titles {
		if !b.open(h, i) {
			continue
		}
		h.Unknown = append(h.Unknown, shortTitle(title))
		if p, own := b.unknown(h, i); own {
			h.Problems = append(h.Problems, p)
		} else {
			others = append(others, i)
		}
	}
	if len(others) > 0 && !h.suggested() {
		h.Problems = append(h.Problems, b.unknownColumns(h, others))
	}
}

// unknown is the problem of a header that means no column, if it gets one of its own.
func (b *binder) unknown(h *Header, i int) (p reconcile.Problem, own bool) {
	title := shortTitle(h.titles[i])
	if col := b.bare(headerKey(h.titles[i])); col != "" && !h.suggested() {
		return b.problem(h, i, reconcile.Problem{
			Column: title, Kind: KindAmbiguousColumn, Severity: reconcile.SeverityWarning,
			Message:  fmt.Sprintf("the header %q could mean several ids; the column is not read", title),
			Remedy:   fmt.Sprintf("if it is the %s, add this to the configuration", col),
			Settings: settings([]setting{{header: h.titles[i], target: col}}),
		}), true
	}
	if n := b.misspelt(h.titles[i]); n >= 0 {
		name := b.schema.Columns[n].Name
		return b.problem(h, i, reconcile.Problem{
			Column: title, Kind: KindMisspeltColumn, Likely: name,
			Message: fmt.Sprintf("the header %q is not a known column; it looks like a misspelt %s", title, name),
			Remedy: fmt.Sprintf(
				"name it %s, or add this to the configuration: columns: {%q: %s}; or columns: {%q: %q} if it means something else",
				name, title, name, title, IgnoreColumn,
			),
		}), true
	}
	if means, ok := b.endless(h.titles[i]); ok {
		end := "end"
		if means == reconcile.StartsAt {
			end = "start"
		}
		p := reconcile.Problem{
			Column: title, Kind: KindUnknownColumn, Severity: reconcile.SeverityWarning,
			Message: fmt.Sprintf(
				"the column %q is not read: at %[4]s a %[2]s has no %[3]s of its own", title, b.schema.Noun, end, b.schema.Provider,
			),
			Remedy: fmt.Sprintf("set that of the %s there", b.schema.Holder),
		}
		if !h.suggested() {
			p.Remedy += "; to ignore the column, add this to the configuration"
			p.Settings = settings([]setting{{header: h.titles[i]}})
		}
		return b.problem(h, i, p), true
	}
	return p, false
}

// unknownColumns is the single warning about headers that mean no column.
func (b *binder) unknownColumns(h *Header, at []int) reconcile.Problem {
	p := reconcile.Problem{
		Kind: KindUnknownColumn, Severity: reconcile.SeverityWarning,
		Remedy: "to ignore it, add this to the configuration",
	}
	quoted := make([]string, len(at))
	var entries []setting
	for n, i := range at {
		quoted[n] = strconv.Quote(shortTitle(h.titles[i]))
	}
	for _, e := range b.suggestFor(h, nil).entries {
		if slices.ContainsFunc(at, func(i int) bool { return h.titles[i] == e.header }) {
			entries = append(entries, e)
		}
	}
	p.Settings = settings(entries)
	if len(at) == 1 {
		p.Column = shortTitle(h.titles[at[0]])
		p.Message = "the header " + quoted[0] + " is not a known column; the column is not read"
	} else {
		p.Message = "the headers " + sentence("and", quoted) + " are not known columns; the columns are not read"
		p.Remedy = strings.Replace(p.Remedy, "ignore it", "ignore them", 1)
	}
	if len(entries) > 0 && !entries[0].ignored() {
		p.Remedy = "if that is what the headers mean, add this to the configuration"
		if len(at) == 1 {
			p.Likely, p.Remedy = entries[0].target, "if it is the "+entries[0].target+", add this to the configuration"
		}
	}
	p.Remedy = strings.Join(append(b.leavers(h), p.Remedy), "; ")
	return b.problem(h, at[0], p)
}

// suggested reports whether the header has a suggestion, which covers all headers.
func (h *Header) suggested() bool { return h.suggestion != nil && h.suggestion.meaning() }

// likelier reports whether a sheet is more likely the roster than an earlier one: it has a
// known header, or one that reads like that of a whole roster.
func (h *Header) likelier(than *Header) bool {
	promises := func(h *Header) bool { return h.suggested() && h.suggestion.whole }
	return h.Known && !than.Known || promises(h) && !promises(than)
}

// reportUnfit reports what the header lacks to make the table a roster, with what its
// titles most likely mean.
func (b *binder) reportUnfit(h *Header) {
	if h.Whole() {
		return
	}
	var lacks []reconcile.Problem
	if !h.decides() {
		lacks = append(lacks, reconcile.Problem{
			Kind: KindNothingManaged, Message: "no column has values to keep in sync",
			Remedy: "add " + b.list("or", func(c *reconcile.Column) bool {
				return c.Role == reconcile.RoleManaged || c.Role == reconcile.RoleState
			}),
		})
	}
	if !h.identifies() {
		lacks = append(lacks, reconcile.Problem{
			Kind: KindNoKey, Message: "no column identifies the " + b.schema.Noun,
			Remedy: "add " + b.identifyingColumns(),
		})
	}
	if h.suggested() {
		lacks = []reconcile.Problem{b.suggested(h, lacks)}
	}
	for _, p := range lacks {
		h.Problems = append(h.Problems, b.problem(h, -1, p))
	}
}

// suggested combines what a header lacks into one problem.
func (b *binder) suggested(h *Header, lacks []reconcile.Problem) reconcile.Problem {
	s, p := h.suggestion, lacks[len(lacks)-1]
	if len(lacks) > 1 {
		p.Message += ", and none has values to keep in sync"
	}
	if !h.Known {
		p.Kind = KindNoHeader
		p.Message = fmt.Sprintf("%s; this one reads like the header of one", b.nothingNamed(h.searched))
	}
	if !s.whole {
		meant := slices.DeleteFunc(slices.Clone(s.entries), setting.ignored)
		p.Settings = settings(meant)
		p.Remedy += "; if that is what the headers mean, add this to the configuration"
		p.Remedy += s.notes()
		return p
	}
	p.Settings = settings(s.entries)
	p.Remedy = "if that is what the headers mean, add this to the account's configuration"
	for _, e := range s.spare {
		if slices.Contains(s.entries, e) {
			p.Remedy += fmt.Sprintf("; %q is %q where the account does not know people by it", e.header, IgnoreColumn)
		} else {
			p.Remedy += fmt.Sprintf("; %q is %s where the account knows people by it", e.header, e.target)
		}
	}
	p.Remedy += s.notes()
	return p
}
