package reportio

import (
	"fmt"
	"io"
	"strings"

	"keyroster/io/termio"
	"keyroster/reconcile"
)

// TableOptions say how a plan is shown on a terminal.
type TableOptions struct {
	// Width is the terminal's, in columns; 0 neither cuts a row nor folds a
	// sentence.
	Width int
	// Color allows ANSI colours.
	Color bool
	// Max is the number of rows shown; 0 means 40. The rest is counted.
	Max int
}

// tableMax is the number of rows that a table shows by default.
const tableMax = 40

// tableOrder is the order of the groups: what would change, then what needs a
// person, then what stays.
var tableOrder = []reconcile.Situation{
	reconcile.Drifted, reconcile.Missing, reconcile.Unlisted,
	reconcile.Ambiguous, reconcile.Unsupported, reconcile.Protected, reconcile.Unreadable, reconcile.Implausible,
	reconcile.Invalid, reconcile.InSync,
}

// mark shows what would happen to a line, even without colour.
type mark struct{ sign, color string }

var marks = map[reconcile.Action]mark{
	reconcile.Create: {
		"+",
		ansiGreen,
	}, reconcile.Update: {"~", ansiYellow}, reconcile.Replace: {"±", ansiYellow}, reconcile.Delete: {"-", ansiRed},
}

func (l *Line) mark() mark {
	if m, known := marks[l.Action]; known && !l.NeedsPerson() {
		return m
	}
	return mark{"!", ansiRed}
}

// group is the lines of one situation. Lines that are in sync and effective, and
// records that are left alone, are only counted.
type group struct {
	situation reconcile.Situation
	// lines are the first of those that deserve a row.
	lines                 []Line
	total, worth, blocked int
	actions               map[reconcile.Action]int
	standing              EffectCounts
}

// WritePlanTable shows a plan, grouped by situation with counts, cut to the
// terminal. It holds at most o.Max lines of each group.
func WritePlanTable(w io.Writer, r *Report, o TableOptions) error {
	if o.Max <= 0 {
		o.Max = tableMax
	}
	groups, hidden, err := groupLines(r, o.Max)
	if err != nil {
		return err
	}
	var out strings.Builder
	widths := columnWidths(r, groups)
	if text := r.Unlisted.sentence(true); text != "" {
		fmt.Fprintf(&out, "%s\n", paint(o.Color, ansiBold, Sentence(text, o.Width)))
	}
	for _, g := range groups {
		g.write(&out, r, widths, o)
	}
	if hidden > 0 {
		fmt.Fprintf(&out, "%s\n", Sentence("… and "+Thousands(hidden)+" more; use --json or --out to see all", o.Width))
	}
	if text := memoryLine(r); text != "" {
		fmt.Fprintf(&out, "%s\n", Sentence(text, o.Width))
	}
	text, tone := verdictOf(r, nameOthers)
	fmt.Fprintf(&out, "%s\n", paint(o.Color, ansiBold+tones[tone].ansi, Sentence(text, o.Width)))
	_, err = io.WriteString(w, out.String())
	return during("write table", err)
}

// groupLines are the lines of a settled plan by situation, with rows for at most that
// many, and how many more deserve one.
func groupLines(r *Report, most int) (groups []*group, hidden int, err error) {
	if err := r.Tally(); err != nil {
		return nil, 0, err
	}
	bySituation := map[reconcile.Situation]*group{}
	for line, err := range r.local().counted() {
		if err != nil {
			return nil, 0, fmt.Errorf("read plan lines: %w", err)
		}
		g := bySituation[line.Situation]
		if g == nil {
			g = &group{situation: line.Situation, actions: map[reconcile.Action]int{}}
			bySituation[line.Situation] = g
		}
		g.total++
		g.actions[line.Action]++
		g.standing.add(line)
		if line.NeedsPerson() {
			g.blocked++
		}
		if line.Action == reconcile.None && !line.NeedsPerson() {
			continue
		}
		if g.worth++; g.worth <= most {
			g.lines = append(g.lines, line.Clone())
		}
	}
	for _, s := range tableOrder {
		if g := bySituation[s]; g != nil {
			groups = append(groups, g)
		}
	}
	return groups, shareRows(groups, most), nil
}

// shareRows cuts the groups to most rows together and returns how many rows
// are not shown. The groups take turns, so that a thousand updates do not push
// three ambiguous rows out of sight.
func shareRows(groups []*group, most int) (hidden int) {
	keep := make([]int, len(groups))
	for given := true; given; {
		given = false
		for i, g := range groups {
			if most > 0 && keep[i] < len(g.lines) {
				keep[i]++
				most--
				given = true
			}
		}
	}
	for i, g := range groups {
		g.lines = g.lines[:keep[i]]
		hidden += g.worth - keep[i]
	}
	return hidden
}

// tableWidths are the columns of a row but the last, which takes what is left.
type tableWidths struct {
	where, who, what int
	// id is the longest id among who: an id is useful only if complete.
	id int
}

func columnWidths(r *Report, groups []*group) tableWidths {
	var t tableWidths
	for _, g := range groups {
		for i := range g.lines {
			l := &g.lines[i]
			t.where = max(t.where, termio.Width(oneLine(r.place(l))))
			t.who = max(t.who, termio.Width(oneLine(l.Who())))
			t.what = max(t.what, termio.Width(oneLine(l.What())))
			if l.Who() == l.HolderID {
				t.id = max(t.id, termio.Width(oneLine(l.HolderID)))
			}
		}
	}
	t.where, t.who, t.what, t.id = min(t.where, 24), min(t.who, max(28, min(t.id, 40))), min(t.what, 24), min(t.id, 40)
	return t
}

func (g *group) write(out *strings.Builder, r *Report, t tableWidths, o TableOptions) {
	title := plainWords(g.situation.String())
	counts := wrapWords(strings.Split(g.counts(), " "), termio.Width(title)+2, 4, o.Width)
	fmt.Fprintf(out, "%s  %s\n", paint(o.Color, ansiBold, title), paint(o.Color, ansiDim, counts))
	for i := range g.lines {
		g.lines[i].writeRow(out, r.place(&g.lines[i]), t, o)
	}
}

// counts says how many lines the group has, and what would happen to them.
func (g *group) counts() string {
	var parts []string
	for _, a := range []reconcile.Action{reconcile.Create, reconcile.Update, reconcile.Replace, reconcile.Delete} {
		if n := g.actions[a]; n > 0 {
			parts = append(parts, Thousands(n)+" to "+a.String())
		}
	}
	switch {
	case g.standing.words() != "":
		parts = append(parts, g.standing.words())
	case g.blocked > 0:
		parts = append(parts, Thousands(g.blocked)+" not to be sent")
	}
	text := Thousands(g.total)
	if len(parts) == 0 {
		return text
	}
	return text + " (" + strings.Join(parts, ", ") + ")"
}

// writeRow writes a line: its sign, place, holder and type, and the change or why there is none.
// That last part is what a person acts on, so it is folded and not cut. In a narrow terminal the
// columns in the middle are cut, or left out when next to nothing of them would remain.
func (l *Line) writeRow(out *strings.Builder, where string, t tableWidths, o TableOptions) {
	mark := l.mark()
	rest, least := 24, 14
	if t.id > 28 {
		rest = 16
	}
	left := o.Width - 4
	row := "  " + paint(o.Color, mark.color, mark.sign) + " "
	for _, cell := range []struct {
		text  string
		width int
	}{{where, t.where}, {l.Who(), t.who}, {l.What(), t.what}} {
		width := cell.width
		if o.Width > 0 {
			width = min(width, left-2-rest)
		}
		if width <= 0 || width < min(cell.width, least) {
			continue
		}
		row += pad(fit(oneLine(cell.text), width), width) + "  "
		left -= width + 2
	}
	text := l.whatHappens()
	if text == "" && l.Action != reconcile.None {
		text = l.Action.String()
	}
	text = hanging(text, o.Width-left, o.Width)
	if text == "" || text[0] == '\n' {
		row = strings.TrimRight(row, " ")
	}
	out.WriteString(row + text + "\n")
	if l.Outcome != reconcile.Planned {
		return
	}
	// A person must see the side effects of a change before approving it.
	for _, warning := range l.Warnings {
		out.WriteString("      " + paint(o.Color, ansiDim, hanging(warning, 6, o.Width)) + "\n")
	}
}
