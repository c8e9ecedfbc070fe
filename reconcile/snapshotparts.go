package reconcile

import (
	"cmp"
	"time"
)

// tables codes what the parts share: the schemas and the sets, each once.
func (c *coder) tables(s *Snapshot) {
	if c.writing() {
		c.version = cmp.Or(c.version, snapshotVersion)
		put(c, snapshotHeader(c.version))
		c.share(s)
	} else if !c.readHeader() {
		c.fail(errHeader)
		return
	}
	list(c, &c.schemas, c.schema)
	list(c, &c.sets, c.set)
}

// readHeader reads the version, and reports whether it is one that this program
// understands.
func (c *coder) readHeader() bool {
	header := string(c.take(nil, uint64(len(snapshotHeader(1)))))
	for v := 1; v <= snapshotVersion; v++ {
		if header == snapshotHeader(v) {
			c.version = v
		}
	}
	return c.version > 0
}

// share collects the sets of a snapshot and their schemas.
func (c *coder) share(s *Snapshot) {
	add := func(set *Set) {
		if set != nil && c.setNumber(set) == 0 {
			c.sets = append(c.sets, set)
			c.shareSchema(set.schema)
		}
	}
	if s.Plan != nil {
		add(s.Plan.Want)
		add(s.Plan.Have)
	}
	if s.Roster != nil {
		add(s.Roster.Rows)
	}
	if s.Listing != nil {
		add(s.Listing.Records)
	}
}

func (c *coder) shareSchema(schema *Schema) {
	for _, known := range c.schemas {
		if known == schema {
			return
		}
	}
	c.schemas = append(c.schemas, schema)
}

// setNumber is the number of a shared set from 1, 0 for none.
func (c *coder) setNumber(set *Set) int {
	for i, known := range c.sets {
		if known == set {
			return i + 1
		}
	}
	return 0
}

// shared codes a reference to a set, which may be nil.
func (c *coder) shared(set **Set) {
	n := c.setNumber(*set)
	number(c, &n)
	switch {
	case c.writing():
	case n == 0:
	case within(n-1, len(c.sets)):
		*set = c.sets[n-1]
	default:
		c.fail(errRange)
	}
}

func (c *coder) snapshot(s *Snapshot) {
	part(c, &s.Plan, c.plan)
	part(c, &s.Roster, c.roster)
	part(c, &s.Listing, c.listing)
	table(c, &s.Meta, c.text, c.text)
}

// part codes a pointer that may be nil.
func part[T any](c *coder, p **T, content func(*T)) {
	present := *p != nil
	c.bool(&present)
	if !present || c.err != nil {
		return
	}
	if !c.writing() {
		*p = new(T)
	}
	content(*p)
}

func (c *coder) schema(p **Schema) {
	if !c.writing() {
		*p = &Schema{key: -1, state: -1, value: -1}
	}
	s := *p
	c.text(&s.Provider)
	c.text(&s.Noun)
	c.text(&s.Holder)
	list(c, &s.Columns, c.column)
	list(c, &s.Unique, func(u *Unique) {
		c.text(&u.Column)
		list(c, &u.Scope, c.text)
		c.bool(&u.Fold)
	})
	c.bool(&s.OneEach)
	c.text(&s.Lane)
	c.text(&s.KeepUnlisted)
	list(c, &s.CardTypes, c.text)
	list(c, &s.Details, func(d *Detail) {
		c.text(&d.Column)
		c.text(&d.Sheet)
		list(c, &d.Members, func(m *DetailMember) {
			c.text(&m.Header)
			c.text(&m.Member)
			c.bool(&m.Truth)
		})
	})
	if c.writing() {
		return
	}
	for n := range s.Columns {
		s.index(n)
	}
	if err := s.check(); err != nil {
		c.fail(err)
	}
}

func (c *coder) column(col *Column) {
	c.text(&col.Name)
	list(c, &col.Aliases, c.text)
	number(c, &col.Role)
	number(c, &col.Kind)
	number(c, &col.Can)
	c.bool(&col.Pairs)
	c.bool(&col.Version)
	c.bool(&col.Local)
	number(c, &col.Field)
	c.text(&col.Help)
	list(c, &col.Words, c.text)
	c.text(&col.Example)
}

func (c *coder) plan(p *Plan) {
	c.shared(&p.Want)
	c.shared(&p.Have)
	list(c, &p.Lines, c.line)
	list(c, &p.Chains, func(chain *[]int32) { list(c, chain, numbers[int32](c)) })
	number(c, &p.OutOfScope)
	number(c, &p.Matched)
	list(c, &p.texts, c.text)
	list(c, &p.circles, numbers[int](c))
	table(c, &p.notes, numbers[int32](c), func(texts *[]Text) { list(c, texts, numbers[Text](c)) })
	table(c, &p.issued, numbers[int32](c), numbers[int](c))
	if c.version >= 3 {
		table(c, &p.joined, numbers[int32](c), func(rows *[]int32) { list(c, rows, numbers[int32](c)) })
	}
}

func (c *coder) line(l *Line) {
	number(c, &l.Row)
	number(c, &l.Record)
	number(c, &l.Fields)
	number(c, &l.Reason)
	number(c, &l.Chain)
	number(c, &l.Situation)
	number(c, &l.Action)
	number(c, &l.Outcome)
	number(c, &l.Effect)
	if c.version >= 2 {
		c.bool(&l.Ending)
	}
}

func (c *coder) roster(r *Roster) {
	c.shared(&r.Rows)
	list(c, &r.Files, c.file)
	list(c, &r.places, c.place)
	list(c, &r.Problems, c.problem)
	if !c.writing() {
		r.Invalid = map[int]int{} // never nil: Report adds to it
	}
	table(c, &r.Invalid, numbers[int](c), numbers[int](c))
	list(c, &r.FileErrors, numbers[int](c))
	if c.version >= 2 {
		list(c, &r.Unread, numbers[int](c))
	}
	number(c, &r.Unlocated)
	table(c, &r.refused, numbers[int](c), func(cells *[]refusedCell) { list(c, cells, c.refused) })
}

func (c *coder) file(f *File) {
	c.text(&f.Name)
	c.text(&f.SHA256)
	list(c, &f.Sheets, c.text)
	number(c, &f.Rows)
	number(c, &f.Managed)
	c.bool(&f.Partial)
	list(c, &f.SideFiles, func(s *SideFile) {
		c.text(&s.Name)
		c.text(&s.SHA256)
	})
}

func (c *coder) refused(r *refusedCell) {
	number(c, &r.column)
	text := r.text.Reveal()
	c.text(&text)
	if !c.writing() {
		r.text = NewSecret(text)
	}
}

func (c *coder) place(p *place) {
	number(c, &p.file)
	number(c, &p.sheet)
	number(c, &p.line)
}

func (c *coder) problem(p *Problem) {
	c.text(&p.File)
	c.text(&p.Sheet)
	number(c, &p.Source.Line)
	if c.version >= 2 {
		number(c, &p.LastLine)
	}
	c.text(&p.Cell)
	c.text(&p.Column)
	c.text(&p.Kind)
	number(c, &p.Severity)
	c.text(&p.Message)
	c.text(&p.Read)
	c.text(&p.Likely)
	c.text(&p.Remedy)
}

func (c *coder) listing(l *Listing) {
	c.shared(&l.Records)
	number(c, &l.Total)
	number(c, &l.Pages)
	c.text(&l.Strategy)
	c.text(&l.Why)
	evidence := string(l.Evidence)
	c.text(&evidence)
	if !c.writing() {
		l.Evidence = Evidence(evidence)
	}
	c.time(&l.At)
	table(c, &l.Untouchable, numbers[int](c), c.text)
	if c.version >= 2 {
		table(c, &l.Replaced, c.text, c.text)
		table(c, &l.Ending, numbers[int](c), func(e *Ending) {
			c.text(&e.Words)
			c.bool(&e.InTheWay)
		})
	}
	if c.version >= 3 {
		table(c, &l.Beyond, numbers[int](c), func(parts *[]Beyond) {
			list(c, parts, func(b *Beyond) {
				c.text(&b.Name)
				c.text(&b.Reason)
			})
		})
		list(c, &l.Unseen, c.text)
	}
	number(c, &l.Effect)
	table(c, &l.Effects, numbers[int](c), func(s *Settled) {
		number(c, &s.Effect)
		list(c, &s.Words, c.text)
	})
}

// time codes an instant with its offset from UTC.
func (c *coder) time(t *time.Time) {
	if c.writing() {
		b, err := t.MarshalBinary()
		if err != nil {
			c.fail(err)
			return
		}
		text := string(b)
		c.text(&text)
		return
	}
	var text string
	c.text(&text)
	if c.err == nil && t.UnmarshalBinary([]byte(text)) != nil {
		c.fail(errRange)
	}
}
