package rosterio

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile"
)

// For a second card, people often leave the holder blank, since the row above names them, or
// merge the cells. That is never guessed: fill_down names the columns where it holds. A row
// belongs to the person above if it is directly below that row and none of its cells names its
// own; then all named columns are filled, and otherwise none, so that no person gets the address
// of another. A column about something else, such as the system of a row, is filled cell by cell.

// fillColumn is a column that fill_down names.
type fillColumn struct {
	at int
	// cellByCell: it is filled independently of the others.
	cellByCell bool
}

// findFill finds the columns that fill_down names. In a run's failed.csv the row above
// may be about anyone, so nothing is filled there.
func (b *binder) findFill(h *Header) {
	if slices.Contains(h.titles, ReasonColumn) {
		return
	}
	for _, name := range b.options.FillDown {
		at := slices.IndexFunc(h.titles, func(title string) bool {
			return title != "" && headerKey(title) == headerKey(name)
		})
		if at < 0 {
			if to := b.target(name); to.col >= 0 {
				at = slices.Index(h.targets, to.col)
			}
		}
		p := reconcile.Problem{Column: name, Kind: KindFillDown}
		if b.schema.Value() < 0 {
			p.Message = fmt.Sprintf("fill_down is for rows about people, but %s rosters have none", b.schema.Provider)
			p.Remedy = "remove it from the configuration"
			h.Problems = append(h.Problems, b.problem(h, -1, p))
			return
		}
		switch {
		case at < 0 && h.Present.Has(b.schema.Key()):
			// An export or a template has other headers, and fills all their cells.
			h.fill = nil
			return
		case at < 0:
			p.Message = fmt.Sprintf("fill_down names the header %q, but the table does not have it", name)
			p.Remedy = "correct fill_down or the header"
			h.Problems = append(h.Problems, b.problem(h, -1, p))
			continue
		}
		f := fillColumn{at: at}
		if col := h.targets[at]; col >= 0 {
			switch c := &b.schema.Columns[col]; {
			case col == b.schema.Value() || c.Role == reconcile.RoleKey || c.Role == reconcile.RoleState:
				p.Message = fmt.Sprintf("fill_down names %q, but a %s is never taken from the row above", name, c.Name)
				p.Remedy = "name columns that say whose the row is"
				h.Problems = append(h.Problems, b.problem(h, at, p))
				continue
			case c.Role == reconcile.RoleMatch && !c.Means.OfHolder():
				f.cellByCell = true
			}
		}
		h.fill = append(h.fill, f)
	}
}

// filled are the positions of the columns whose blank cells take the cell above.
func (h *Header) filled() []int {
	places := make([]int, len(h.fill))
	for i, f := range h.fill {
		places[i] = f.at
	}
	return places
}

// ownerColumns is what a decoder knows about the holders of rows.
type ownerColumns struct {
	// at are the columns that name the holder, including the plain name; needed are
	// those by which a record is found. together are all that must be blank in a row
	// of the person above: at, and those that are filled down together.
	at, needed, together []int
	// line is that of the last row that named its holder, 0 for none that applies; end is the
	// physical line on which the last row ended, and above its cells that are filled down.
	line, end int
	above     map[int]cellio.Cell
	buffer    cellio.Line
	// leaves is the line of the person above if it is to be absent, 0 if it is not.
	leaves int
}

// findOwnerColumns finds the columns that name a row's holder.
func (d *decoder) findOwnerColumns() {
	h, w := d.header, &d.owner
	if d.file.Partial || h.schema.Value() < 0 {
		return
	}
	senses := lexicon.Read(h.titles)
	for at, col := range h.targets {
		if col == unknown && slices.ContainsFunc(senses[at], identifiesPerson) {
			w.at = append(w.at, at)
		}
		if col >= 0 && h.schema.Columns[col].Means.OfHolder() {
			w.at = append(w.at, at)
			if h.schema.Columns[col].Role == reconcile.RoleMatch {
				w.needed = append(w.needed, at)
			}
		}
	}
	w.together = slices.Clone(w.at)
	for _, f := range h.fill {
		col := h.targets[f.at]
		if !f.cellByCell && !slices.Contains(w.together, f.at) &&
			(col < 0 || h.schema.Columns[col].Role == reconcile.RoleInfo) {
			w.together = append(w.together, f.at)
		}
	}
	if len(h.fill) > 0 {
		w.above = map[int]cellio.Cell{}
	}
}

// identifiesPerson reports whether a header's sense is one that distinguishes persons,
// even where the column is not read: a row with its own name is of another person.
func identifiesPerson(s lexicon.Sense) bool {
	persons := []lexicon.Meaning{lexicon.Name, lexicon.Part, lexicon.Email, lexicon.Ref, lexicon.Holder}
	return !s.Vague && slices.Contains(persons, s.Meaning)
}

func filledAt(line *cellio.Line, at int) bool {
	return at >= 0 && at < len(line.Cells) && !blank(&line.Cells[at])
}

// attribute finds the holder of a line's values: it fills down what it may, or
// records that the line names none.
func (d *decoder) attribute(line *cellio.Line) *cellio.Line {
	w := &d.owner
	below := line.Number == w.end+1
	w.end = line.End()
	if len(w.needed) == 0 && len(d.header.fill) == 0 || d.row.ragged {
		w.line, w.end = 0, 0
		return line
	}
	named := false
	for _, at := range w.needed {
		named = named || filledAt(line, at)
	}
	if len(d.header.fill) > 0 {
		line = d.fillDown(line, below)
		for _, at := range w.needed {
			if !named && filledAt(line, at) {
				d.inheritState(line)
				return line // the line above named the holder
			}
		}
	}
	if w.leaves = 0; named && d.leaves(line) {
		w.leaves = line.Number
	}
	switch {
	case named:
		w.line = line.Number
	case !below:
		w.line = 0
	case w.line > 0 && d.continues(line):
		p := d.problem(line.Number, -1, nil, d.noHolder())
		d.row.lacks = &p
	}
	return line
}

// leaves reports whether a line says that what it names is to be absent.
func (d *decoder) leaves(line *cellio.Line) bool {
	at := d.stateAt()
	return filledAt(line, at) && strings.EqualFold(trimInvisible(line.Cells[at].Text), reconcile.StateAbsent)
}

// stateAt is the place of the column of states, -1 for none.
func (d *decoder) stateAt() int {
	if d.header.schema.State() < 0 {
		return -1
	}
	return slices.Index(d.header.targets, d.header.schema.State())
}

// inheritState notes that a line of the person above does not say whether it is to be absent, as
// that person's own line does: a blank cell would leave the card to someone who leaves.
func (d *decoder) inheritState(line *cellio.Line) {
	at := d.stateAt()
	if d.owner.leaves == 0 || at < 0 || filledAt(line, at) {
		return
	}
	place := "line"
	if d.workbook {
		place = "row"
	}
	p := d.problem(line.Number, at, &d.header.schema.Columns[d.header.schema.State()], &fault{
		kind: KindStateOfAbove,
		message: fmt.Sprintf("the state is blank, which means present, but %s %d of the same %s is absent",
			place, d.owner.leaves, d.header.schema.Holder),
		remedy: "write absent or present",
	})
	d.row.stateless = &p
}

// continues reports whether a line has values but names neither their holder nor, by an
// id, its record.
func (d *decoder) continues(line *cellio.Line) bool {
	valued := false
	for _, at := range d.owner.together {
		if filledAt(line, at) {
			return false
		}
	}
	for i := range d.fields {
		f := &d.fields[i]
		switch {
		case !filledAt(line, f.at):
		case f.column.Role == reconcile.RoleKey:
			return false
		case f.target == d.header.schema.Value():
			valued = true
		}
	}
	return valued
}

// noHolder is the fault of such a line.
func (d *decoder) noHolder() *fault {
	h := d.header
	var titles []string
	for _, at := range d.owner.at {
		title := shortTitle(h.titles[at])
		if !plainTitle.MatchString(title) {
			title = strconv.Quote(title)
		}
		titles = append(titles, title)
	}
	place := "line"
	if d.workbook {
		place = "row"
	}
	return &fault{
		kind: KindNoHolder,
		message: fmt.Sprintf("the row looks like a second %s of the %s above (%s %d): "+
			"it has a value, but the cells that name the person are blank",
			h.schema.Noun, h.schema.Holder, place, d.owner.line),
		remedy: fmt.Sprintf("fill them in, or set this in the configuration: fill_down: [%s]", strings.Join(titles, ", ")),
	}
}

// plainTitle matches a header that needs no quotes in a YAML list.
var plainTitle = regexp.MustCompile(`^\p{L}[\p{L}\p{N}_.]*([ -][\p{L}\p{N}_.]+)*$`)

// fillDown returns the line with the cells that it takes from the row above, and keeps
// its own for the next. below says that the line directly follows that row.
func (d *decoder) fillDown(line *cellio.Line, below bool) *cellio.Line {
	w, h := &d.owner, d.header
	together := below && !slices.ContainsFunc(w.together, func(at int) bool { return filledAt(line, at) })
	filled := line
	for _, f := range h.fill {
		cell, known := w.above[f.at]
		if filledAt(line, f.at) || !known || !below || !together && !f.cellByCell {
			continue
		}
		if filled == line {
			cells := w.buffer.Cells[:0]
			w.buffer = *line
			w.buffer.Cells = append(cells, line.Cells...)
			filled = &w.buffer
		}
		for len(filled.Cells) <= f.at {
			filled.Cells = append(filled.Cells, cellio.Cell{})
		}
		filled.Cells[f.at] = cell
	}
	for _, f := range h.fill {
		delete(w.above, f.at)
		if filledAt(filled, f.at) {
			cell := filled.Cells[f.at]
			cell.Text = strings.Clone(cell.Text)
			w.above[f.at] = cell
		}
	}
	return filled
}
