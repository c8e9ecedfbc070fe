package fleet_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"keyroster/io/configio"
)

// site is an account of a tenant. A tenant may have several, each with its own share of the
// records.
type site struct {
	*tenant
	account string
	config  *configio.Account
	part    int
	shares  int
	roster  string
	goal    goal
}

// goal is what a site's share of the records should be after a night.
type goal struct {
	values map[string]string
	gone   map[string]bool
	made   []string
	// writes is how many writes that takes, not counting those in cycles, the records that hand a
	// value on in a cycle: each of those may be begun anew after a fault.
	writes int
	cycles map[string]bool
}

// draw makes the next night's roster for a share of the records.
func (s *site) draw(rng *rand.Rand) {
	state, _ := s.api.State().(json.RawMessage)
	records := s.credentials(state)
	maps.DeleteFunc(records, func(id string, _ credential) bool { return s.shared[id] != s.part })
	ids := slices.Sorted(maps.Keys(records))
	rng.Shuffle(len(ids), func(a, b int) { ids[a], ids[b] = ids[b], ids[a] })
	s.goal = goal{values: map[string]string{}, gone: map[string]bool{}, cycles: map[string]bool{}}
	s.mu.Lock()
	for id, c := range records {
		value := fmt.Sprint(s.kind.value(&c))
		s.known[value] = true
		s.goal.values[id] = value
	}
	s.mu.Unlock()
	rows := s.changes(rng, state, ids)
	var text strings.Builder
	columns := []string{}
	for _, row := range rows {
		for name := range row {
			if !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
	}
	slices.Sort(columns)
	lines := [][]string{columns}
	for _, row := range rows {
		var line []string
		for _, name := range columns {
			line = append(line, row[name])
		}
		lines = append(lines, line)
	}
	if err := csv.NewWriter(&text).WriteAll(lines); err != nil {
		s.world.violated("the roster: %v", err)
	}
	s.roster = text.String()
}

// changes returns the rows of a night; ids are those of the records, in random order.
func (s *site) changes(
	rng *rand.Rand, state json.RawMessage, ids []string,
) (rows []map[string]string) {
	row := func(id, value string) {
		s.goal.values[id] = value
		rows = append(rows, map[string]string{s.kind.key: id, s.kind.label: value, "state": ""})
	}
	next := func() (id string) {
		id, ids = ids[0], ids[1:]
		return id
	}
	held := maps.Clone(s.goal.values)
	same := next()
	row(same, held[same])
	if rng.IntN(2) == 0 {
		return rows // a night without changes
	}
	for range min(rng.IntN(4), len(ids)) {
		row(next(), s.fresh())
		s.goal.writes++
	}
	if n := 2 + rng.IntN(2); s.kind.parks && len(ids) > n && rng.IntN(2) == 0 {
		cycle := ids[:n]
		ids = ids[n:]
		for i, id := range cycle {
			row(id, held[cycle[(i+1)%n]])
			s.goal.cycles[id] = true
		}
	}
	if len(ids) > 3 && rng.IntN(3) == 0 {
		id := next()
		delete(s.goal.values, id)
		s.goal.gone[id] = true
		s.goal.writes++
		rows = append(rows, map[string]string{s.kind.key: id, "state": "absent"})
	}
	if s.part == 0 {
		for _, made := range s.kind.create(s.objects(state), rng.IntN(3)) {
			value := s.fresh()
			made[s.kind.label] = value
			s.goal.made = append(s.goal.made, value)
			s.goal.writes++
			rows = append(rows, made)
		}
	}
	rng.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
	return rows
}

// judge compares what the tenant holds and what was written with the goal, after so many attempts.
func (s *site) judge(when string, attempts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bad := func(format string, args ...any) {
		s.world.violated(when+" of "+s.account+": "+format, args...)
	}
	made := map[string]int{}
	for id, values := range s.written {
		want, mine := s.goal.values[id]
		last := values[len(values)-1]
		switch {
		case s.goal.cycles[id]:
			if len(values) > 2*attempts || last != want {
				bad("record %s of a cycle was given %q in %d attempts, not %q", id, values, attempts, want)
			}
		case s.goal.gone[id]:
			if len(values) != 1 || last != "" {
				bad("record %s was given %q, and is to go", id, values)
			}
		case mine && len(values) != 1:
			bad("record %s was given %q, not %q alone", id, values, want)
		case slices.Contains(s.goal.made, last):
			if made[last]++; len(values) != 1 || made[last] > 1 {
				bad("record %s was made with %q", id, values)
			}
		}
	}
	for id, want := range s.goal.values {
		if got := s.held[id]; got != want {
			bad("record %s holds %q, not %q", id, got, want)
		}
	}
	for id := range s.goal.gone {
		if _, is := s.held[id]; is {
			bad("record %s is still there", id)
		}
	}
	if len(made) != len(s.goal.made) {
		bad("made %v, not %q", made, s.goal.made)
	}
}
