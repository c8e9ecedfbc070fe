package reconcile

import (
	"encoding/binary"
	"errors"
)

// Unpack restores the snapshot, with its shared parts; p is used up. It trusts nothing in
// p: the error says what is contradictory, and quotes nothing.
func (p *Packed) Unpack() (*Snapshot, error) {
	sets := []*Set{nil}
	for i := range p.Schemas {
		if err := p.Schemas[i].restore(); err != nil {
			return nil, err
		}
	}
	for _, packed := range p.Sets {
		set, err := p.unpack(packed)
		if err != nil {
			return nil, err
		}
		p.Chunks = p.Chunks[packed.Chunks:]
		sets = append(sets, set)
	}
	numbered := func(n int) *Set {
		if !within(n, len(sets)) {
			return nil // what lacks a set that it needs is refused below
		}
		return sets[n]
	}
	s := &Snapshot{Meta: p.Meta}
	if from := p.Plan; from != nil {
		s.Plan = &from.Plan
		s.Plan.Want, s.Plan.Have, s.Plan.Lines = numbered(from.Want), numbered(from.Have), from.Lines
		s.Plan.texts, s.Plan.cycles, s.Plan.notes = from.Texts, from.Circles, from.Notes
		s.Plan.joined, s.Plan.issued, s.Plan.kept = from.Joined, from.Issued, from.Kept
	}
	if from := p.Roster; from != nil {
		s.Roster = &from.Roster
		s.Roster.Rows, s.Roster.places = numbered(from.Rows), from.Places
		if s.Roster.Invalid == nil {
			s.Roster.Invalid = map[int]int{} // Report adds to it
		}
		for row, cells := range from.Refused {
			for _, c := range cells {
				s.Roster.Refuse(row, c.Column, NewSecret(c.Text))
			}
		}
		for _, n := range from.Notes {
			s.Roster.notes = append(s.Roster.notes, note{n.Column, NewSecret(n.Text)})
		}
	}
	if from := p.Listing; from != nil {
		s.Listing = &from.Listing
		s.Listing.Records = numbered(from.Records)
	}
	return s, s.check()
}

func (p *Packed) unpack(packed PackedSet) (*Set, error) {
	if !within(packed.Schema-1, len(p.Schemas)) || !within(packed.Chunks, 1+min(maxChunks, len(p.Chunks))) {
		return nil, errors.New("a set is of no schema, or not as large as it says")
	}
	s := NewSet(&p.Schemas[packed.Schema-1], 0)
	d := *s.data
	d.chunks = p.Chunks[:packed.Chunks:packed.Chunks]
	for n, chunk := range d.chunks {
		for rest := chunk; len(rest) > 0; {
			at := len(chunk) - len(rest)
			if at >= chunkSize {
				return nil, errors.New("a record stands too far behind")
			}
			d.offsets = append(d.offsets, uint32(n)<<chunkBits|uint32(at))
			for range s.schema.Columns {
				code, size := binary.Uvarint(rest)
				if code > uint64(Masked) {
					code -= uint64(Filled)
					if code == 0 || code > uint64(len(rest)) {
						return nil, errCell
					}
					size += int(code)
				}
				if size <= 0 || size > len(rest) {
					return nil, errCell
				}
				rest = rest[size:]
			}
		}
	}
	return s, nil
}

var errCell = errors.New("a cell is not as long as it says")

// restore derives what a codec leaves out, and rejects what would make sets panic.
func (s *Schema) restore() error {
	s.key, s.state, s.value, s.pairs, s.managed, s.at = -1, -1, -1, nil, 0, [meanings]int{}
	for n := range s.Columns {
		if within(s.Columns[n].Means, int(meanings)) {
			s.index(n)
		}
	}
	return s.check()
}
