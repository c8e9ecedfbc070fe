package reconcile

import (
	"fmt"
	"slices"
)

// orderValueChanges orders the changes of unique values. A change that takes a value waits
// for the change that frees it; one whose value is held by a record that keeps it, or
// wanted by several rows, is blocked, and so is everything that waits for it. What remains
// are paths and cycles: they become the plan's chains.
//
// lineOf has the line of each record, -1 for none.
func (p *Plan) orderValueChanges(park bool, lineOf []int32) {
	v := &values{plan: p, lineOf: lineOf, waits: map[int32]int32{}, next: map[int32]int32{}}
	for _, u := range p.Want.schema.Unique {
		v.column, v.col = u.Column, p.Want.schema.Index(u.Column)
		v.order()
	}
	v.propagateBlocks()
	if !park {
		v.blockCycles()
	}
	v.chain()
}

type values struct {
	plan   *Plan
	lineOf []int32
	column string
	col    int
	// wanted has the line that wants a value which it does not hold yet.
	wanted map[string]int32
	// waits has, for a line, the line that must run before it; next is its inverse. A value
	// is freed by one line and wanted by one.
	waits, next map[int32]int32
	blocked     []int32
}

func (v *values) order() {
	v.wanted = map[string]int32{}
	v.collect()
	if len(v.wanted) == 0 {
		return
	}
	v.findHolders()
}

// collect finds the lines that take a value, and blocks those that want the same one.
func (v *values) collect() {
	for i := range v.plan.Lines {
		l := &v.plan.Lines[i]
		if l.Row < 0 || !l.Sends() || l.Action == Delete || l.Action != Create && !l.Fields.Has(v.col) {
			continue
		}
		key := v.plan.Want.Record(int(l.Row)).Cell(v.col).Text()
		if key == "" {
			continue
		}
		other, clash := v.wanted[key]
		if !clash {
			v.wanted[key] = int32(i)
			continue
		}
		v.block(int32(i), fmt.Sprintf("another row wants the same %s", v.column))
		if v.plan.Lines[other].Sends() {
			v.block(other, fmt.Sprintf("another row wants the same %s", v.column))
		}
	}
}

// findRespelledValues finds the records that hold a wanted value with fewer or more leading
// zeros, if the provider is known to have respelled it: the change that takes the value
// waits for such a record as for any other.
func (d *differ) findRespelledValues() {
	if d.policy.KeptSpelling == nil {
		return
	}
	for _, u := range d.schema.Unique {
		col := d.schema.Index(u.Column)
		wanted := map[string][]int32{}
		for i := range d.plan.Lines {
			if l := &d.plan.Lines[i]; l.Row >= 0 && l.Sends() && l.Action != Delete && l.Fields.Has(col) {
				if digits, _ := split(d.plan.WantRow(i).Cell(col).Text()); digits != "" {
					wanted[digits] = append(wanted[digits], int32(i))
				}
			}
		}
		for n := range d.listing.Records.Len() {
			record := d.listing.Records.Record(n)
			held := record.Cell(col)
			digits, _ := split(held.Text())
			for _, line := range wanted[digits] {
				want := d.plan.WantRow(int(line)).Cell(col)
				if want.Text() != held.Text() && d.policy.KeptSpelling(record.ID(), col, want, held) {
					if d.plan.kept == nil {
						d.plan.kept = map[int32]int32{}
					}
					d.plan.kept[int32(n)] = line
				}
			}
		}
	}
}

// findHolders looks for the wanted values among the records.
func (v *values) findHolders() {
	for n := range v.plan.Have.Len() {
		record := v.plan.Have.Record(n)
		key := record.Cell(v.col).Text()
		if key == "" {
			continue
		}
		taker, wanted := v.wanted[key]
		if !wanted {
			taker, wanted = v.plan.kept[int32(n)]
		}
		if !wanted || v.lineOf[n] == taker || !v.plan.Lines[taker].Sends() {
			continue
		}
		if giver := v.lineOf[n]; giver >= 0 && v.frees(giver) {
			if _, second := v.waits[taker]; !second {
				v.waits[taker], v.next[giver] = giver, taker
				continue
			}
		}
		v.block(taker, fmt.Sprintf("the %s is in use by %s, which does not change", v.column, record.Describe()))
	}
}

// frees reports whether applying the line makes its record give up its value.
func (v *values) frees(line int32) bool {
	l := &v.plan.Lines[line]
	return l.Sends() && (l.Action == Delete || l.Fields.Has(v.col))
}

func (v *values) block(line int32, reason string) {
	l := &v.plan.Lines[line]
	if !l.Sends() {
		return
	}
	l.Outcome, l.Reason = Blocked, v.plan.AddText(reason)
	v.blocked = append(v.blocked, line)
}

// propagateBlocks blocks everything that waits for a blocked line, to a fixed point.
func (v *values) propagateBlocks() {
	for len(v.blocked) > 0 {
		line := v.blocked[len(v.blocked)-1]
		v.blocked = v.blocked[:len(v.blocked)-1]
		if taker, ok := v.next[line]; ok {
			giver := v.plan.HaveRecord(int(line))
			v.block(
				taker,
				fmt.Sprintf(
					"the value is in use by %s %s, whose change is blocked",
					giver.Schema().Noun, giver.ID(),
				),
			)
		}
	}
}

// blockCycles blocks lines that wait for each other in a cycle.
func (v *values) blockCycles() {
	for _, cycle := range v.cycles() {
		for _, line := range cycle {
			v.block(line, fmt.Sprintf("%d values change hands in a cycle, which needs park: true", len(cycle)))
		}
	}
	v.blocked = nil
}

// cycles finds the lines that wait for each other, each cycle from its smallest line on, in
// the order in which they free values.
func (v *values) cycles() [][]int32 {
	var found [][]int32
	seen := map[int32]bool{}
	for _, start := range v.sortedTakers() {
		if seen[start] || !v.plan.Lines[start].Sends() {
			continue
		}
		path := []int32{start}
		seen[start] = true
		at, ok := v.next[start]
		for ; ok && at != start && !seen[at] && v.plan.Lines[at].Sends(); at, ok = v.next[at] {
			seen[at] = true
			path = append(path, at)
		}
		if ok && at == start {
			found = append(found, path)
		}
	}
	return found
}

func (v *values) sortedTakers() []int32 {
	takers := make([]int32, 0, len(v.waits))
	for line := range v.waits {
		takers = append(takers, line)
	}
	slices.Sort(takers)
	return takers
}

// chain makes a chain of every path and of every cycle, and one of each change that waits
// for nothing.
func (v *values) chain() {
	p := v.plan
	n := 0
	for i := range p.Lines {
		n += boolInt(p.Lines[i].Sends())
	}
	flat := make([]int32, 0, n)
	for i := range p.Lines {
		if _, waiting := v.waits[int32(i)]; waiting || !p.Lines[i].Sends() {
			continue
		}
		start := len(flat)
		for at, ok := int32(i), true; ok && p.Lines[at].Sends(); at, ok = v.next[at] {
			flat = append(flat, at)
		}
		p.Chains = append(p.Chains, flat[start:len(flat):len(flat)])
	}
	p.Chains = append(p.Chains, v.cycles()...)
	slices.SortStableFunc(p.Chains, func(a, b []int32) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return int(a[0]) - int(b[0])
	})
	for n, chain := range p.Chains {
		if _, waiting := v.waits[chain[0]]; waiting {
			p.cycles = append(p.cycles, n)
		}
		for _, line := range chain {
			p.Lines[line].Chain = int32(n)
		}
	}
}

// ParkedIDs returns the ids of the records that the plan's cycles put on temporary values:
// the first of each.
func (p *Plan) ParkedIDs() []string {
	ids := []string{}
	for _, n := range p.cycles {
		ids = append(ids, p.HaveRecord(int(p.Chains[n][0])).ID())
	}
	return ids
}

// IsCycle reports whether a chain is a cycle: its first change waits for its last, so that
// one record must be parked.
func (p *Plan) IsCycle(chain int) bool {
	_, found := slices.BinarySearch(p.cycles, chain) // kept in order
	return found
}
