package reconcile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Packed is a snapshot as plain data, for the codec that seals it. Schemas and sets that
// parts share are held once, and referred to by their number from 1; 0 is none. It shares
// its memory with the snapshot and does not change.
//
// It holds values in the clear, and prints none.
type Packed struct {
	Schemas []Schema
	Sets    []PackedSet
	Plan    *PackedPlan
	Roster  *PackedRoster
	Listing *PackedListing
	Meta    map[string]string
	// Chunks are those of all sets, one set after the other: a codec may take them piece by
	// piece, since they are most of a snapshot.
	Chunks [][]byte
}

// PackedSet is a set whose records follow each other in a number of chunks. Each column of
// a record is a varint: the state of the cell, or [Filled] plus the length of the text that
// follows. No record begins [ChunkSize] bytes or more after the beginning of its chunk.
type PackedSet struct {
	Schema, Chunks int
}

// ChunkSize bounds where in a chunk of a [PackedSet] records begin.
const ChunkSize = chunkSize

// PackedPlan is a plan whose sets are numbers.
type PackedPlan struct {
	Plan
	Want, Have int
	Lines      PackedLines
	Texts      []string
	Circles    []int
	Notes      map[int32][]Text
	Joined     map[int32][]int32
	Issued     map[int32]int
	Kept       map[int32]int32
}

// PackedLines are lines that gob encodes as numbers, since there are so many.
type PackedLines []Line

// GobEncode implements gob.GobEncoder.
func (p PackedLines) GobEncode() ([]byte, error) {
	b := make([]byte, 0, 16*len(p))
	for i := range p {
		l := &p[i]
		b = appendNumbers(b,
			int64(l.Row), int64(l.Record), int64(l.Fields), int64(l.Reason), int64(l.Chain), int64(l.Situation),
			int64(l.Action), int64(l.Outcome), int64(l.Effect), int64(boolInt(l.Ending)))
	}
	return b, nil
}

// GobDecode implements gob.GobDecoder.
func (p *PackedLines) GobDecode(b []byte) error {
	var n [10]int64
	return takeNumbers(b, n[:], func() {
		*p = append(*p, Line{
			Row: int32(n[0]), Record: int32(n[1]), Fields: Columns(n[2]), Reason: Text(n[3]), Chain: int32(n[4]),
			Situation: Situation(n[5]), Action: Action(n[6]), Outcome: Outcome(n[7]), Effect: Effect(n[8]), Ending: n[9] == 1,
		})
	})
}

// PackedPlaces are places of rows that gob encodes as numbers.
type PackedPlaces []place

// GobEncode implements gob.GobEncoder.
func (p PackedPlaces) GobEncode() ([]byte, error) {
	b := make([]byte, 0, 5*len(p))
	for _, at := range p {
		// The place of a line that is one row, as earlier versions packed it.
		b = appendNumbers(b, int64(at.File), int64(at.Sheet)|int64(at.Wide)<<32, int64(at.Line))
	}
	return b, nil
}

// GobDecode implements gob.GobDecoder.
func (p *PackedPlaces) GobDecode(b []byte) error {
	var n [3]int64
	return takeNumbers(b, n[:], func() {
		*p = append(*p, place{uint32(n[0]), uint32(n[1]), uint32(n[2]), uint32(n[1] >> 32)})
	})
}

func appendNumbers(b []byte, numbers ...int64) []byte {
	for _, n := range numbers {
		b = binary.AppendVarint(b, n)
	}
	return b
}

// takeNumbers fills numbers from b and calls add, until b is used up.
func takeNumbers(b []byte, numbers []int64, add func()) error {
	for len(b) > 0 {
		for i := range numbers {
			var size int
			if numbers[i], size = binary.Varint(b); size <= 0 {
				return errors.New("a number is not whole")
			}
			b = b[size:]
		}
		add()
	}
	return nil
}

// PackedRoster is a roster whose set is a number.
type PackedRoster struct {
	Roster
	Rows    int
	Places  PackedPlaces
	Refused map[int][]PackedCell
	Notes   []PackedCell
}

// PackedCell is the text of a refused cell, or of one that is no row, with the index of its
// problem in place of a column.
type PackedCell struct {
	Column int
	Text   string
}

// PackedListing is a listing whose set is a number.
type PackedListing struct {
	Listing
	Records int
}

// Format implements [fmt.Formatter]: no verb prints a value.
func (Packed) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("a packed snapshot")) }

// MarshalText implements encoding.TextMarshaler: no log has a value. gob does not use it.
func (Packed) MarshalText() ([]byte, error) { return []byte("a packed snapshot"), nil }

// Format implements [fmt.Formatter], as [Packed.Format] does.
func (PackedCell) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Dots)) }

// MarshalText implements encoding.TextMarshaler, as [Packed.MarshalText] does.
func (PackedCell) MarshalText() ([]byte, error) { return []byte(Dots), nil }

// errPacked is the error of a codec that encodes a set by itself.
var errPacked = errors.New("a set is not encoded but by Pack")

// GobEncode implements gob.GobEncoder, and refuses.
func (s *Set) GobEncode() ([]byte, error) { return nil, errPacked }

// GobDecode implements gob.GobDecoder, and refuses.
func (s *Set) GobDecode([]byte) error { return errPacked }

// Pack makes plain data of s. It fails if s contradicts itself, so that it could not be
// unpacked again.
func Pack(s *Snapshot) (*Packed, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	var sets []*Set
	var schemas []*Schema
	number := func(set *Set) int {
		if set == nil {
			return 0
		}
		numberIn(&schemas, set.schema)
		return numberIn(&sets, set)
	}
	p := &Packed{Meta: s.Meta}
	if from := s.Plan; from != nil {
		p.Plan = &PackedPlan{
			Plan: *from, Want: number(from.Want), Have: number(from.Have), Lines: from.Lines, Texts: from.texts,
			Circles: from.cycles, Notes: from.notes, Joined: from.joined, Issued: from.issued, Kept: from.kept,
		}
		p.Plan.Plan.Want, p.Plan.Plan.Have, p.Plan.Plan.Lines = nil, nil, nil
	}
	if from := s.Roster; from != nil {
		p.Roster = &PackedRoster{Roster: *from, Rows: number(from.Rows), Places: from.places}
		p.Roster.Roster.Rows = nil
		p.Roster.Refused = map[int][]PackedCell{}
		for row, cells := range from.refused {
			for _, c := range cells {
				p.Roster.Refused[row] = append(p.Roster.Refused[row], PackedCell{c.column, c.text.Reveal()})
			}
		}
		for _, n := range from.notes {
			p.Roster.Notes = append(p.Roster.Notes, PackedCell{n.problem, n.text.Reveal()})
		}
	}
	if from := s.Listing; from != nil {
		p.Listing = &PackedListing{Listing: *from, Records: number(from.Records)}
		p.Listing.Listing.Records = nil
	}
	for _, schema := range schemas {
		p.Schemas = append(p.Schemas, *schema)
	}
	for _, set := range sets {
		chunks := (*set.plain().data).chunks
		p.Sets = append(p.Sets, PackedSet{numberIn(&schemas, set.schema), len(chunks)})
		p.Chunks = append(p.Chunks, chunks...)
	}
	return p, nil
}

// numberIn returns the number of v in a list, from 1; it adds v if need be.
func numberIn[T comparable](list *[]T, v T) int {
	if !slices.Contains(*list, v) {
		*list = append(*list, v)
	}
	return slices.Index(*list, v) + 1
}
