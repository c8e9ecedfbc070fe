package reconcile

import (
	"iter"
	"slices"
	"strconv"
)

// Holders are people in order and by id, in little more memory than their texts take and
// without pointers for the garbage collector to follow. One goroutine adds people and makes
// the first look-up of an id; once none adds, any number may read. nil has no people.
type Holders struct{ set *Set }

// packedHolder has the columns of a packed person.
type packedHolder struct {
	ID       string `csv:"id" roster:"key"`
	Name     string `csv:"name" roster:"info"`
	Email    string `csv:"email" roster:"info"`
	Ref      string `csv:"ref" roster:"info"`
	First    string `csv:"first" roster:"info"`
	Last     string `csv:"last" roster:"info"`
	Identity string `csv:"identity" roster:"info"`
	System   string `csv:"system" roster:"info"`
	Disabled string `csv:"disabled" roster:"info"`
	// Split is the position that divides Name into First and Last, which are blank then.
	Split string `csv:"split" roster:"info"`
}

var holderSchema = NewSchema("holders", packedHolder{})

// The columns of a packed person, in their order.
const (
	packedID = iota
	packedName
	packedEmail
	packedRef
	packedFirst
	packedLast
	packedIdentity
	packedSystem
	packedDisabled
	packedSplit
	packedColumns
)

// NewHolders packs some people.
func NewHolders(some ...Holder) *Holders {
	h := &Holders{set: NewSet(holderSchema, len(some))}
	for i := range some {
		h.Add(&some[i])
	}
	return h
}

// Len returns the number of people.
func (h *Holders) Len() int {
	if h == nil {
		return 0
	}
	return h.set.Len()
}

// Add packs a person and returns their number. Of several with the same id, [Holders.Find]
// finds the first.
func (h *Holders) Add(p *Holder) int {
	var cells [packedColumns]Cell
	cells[packedID], cells[packedName] = TextCell(p.ID), TextCell(p.Name)
	cells[packedEmail], cells[packedRef] = TextCell(p.Email), TextCell(p.Ref)
	cells[packedIdentity], cells[packedSystem] = TextCell(p.Identity), TextCell(p.System)
	if p.First != "" && p.Name == p.First+" "+p.Last {
		cells[packedSplit] = TextCell(strconv.Itoa(len(p.First)))
	} else {
		cells[packedFirst], cells[packedLast] = TextCell(p.First), TextCell(p.Last)
	}
	if p.Disabled {
		cells[packedDisabled] = TextCell("yes")
	}
	return h.set.Add(cells[:])
}

// At returns person n. The texts are views of the packed ones and keep them alive.
func (h *Holders) At(n int) Holder {
	var room [packedColumns]Cell
	cells := h.set.Record(n).Cells(room[:0])
	p := Holder{
		ID: cells[packedID].Text(), Name: cells[packedName].Text(), Email: cells[packedEmail].Text(),
		Ref: cells[packedRef].Text(), First: cells[packedFirst].Text(), Last: cells[packedLast].Text(),
		Identity: cells[packedIdentity].Text(), System: cells[packedSystem].Text(),
		Disabled: cells[packedDisabled].Filled(),
	}
	if split, err := strconv.Atoi(cells[packedSplit].Text()); err == nil {
		p.First, p.Last = p.Name[:split], p.Name[split+1:]
	}
	return p
}

// All iterates over the people in their order.
func (h *Holders) All() iter.Seq[Holder] {
	return func(yield func(Holder) bool) {
		for n := range h.Len() {
			if !yield(h.At(n)) {
				return
			}
		}
	}
}

// IDs returns the ids of the people, sorted.
func (h *Holders) IDs() []string {
	ids := make([]string, h.Len())
	for n := range ids {
		ids[n] = h.set.Record(n).ID()
	}
	slices.Sort(ids)
	return ids
}

// Number returns the number of the person with an id, or -1.
func (h *Holders) Number(id string) int {
	if h.Len() == 0 {
		return -1
	}
	return h.set.Keys().Find(id)
}

// Find returns the person with an id, and whether there is one.
func (h *Holders) Find(id string) (Holder, bool) {
	n := h.Number(id)
	if n < 0 {
		return Holder{}, false
	}
	return h.At(n), true
}

// Of returns the person with an id; if none is known, a Holder without any text.
func (h *Holders) Of(id string) Holder {
	p, _ := h.Find(id)
	return p
}

// ByEmail indexes the people by their addresses; fold makes those comparable.
func (h *Holders) ByEmail(fold func(string) string) *Index {
	return NewIndex(h.set, By{Columns: []int{packedEmail}, Normalize: fold})
}

// ByRef indexes the people by the customer's own references.
func (h *Holders) ByRef() *Index { return NewIndex(h.set, By{Columns: []int{packedRef}}) }
