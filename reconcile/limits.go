package reconcile

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Limit is how much of one kind a plan may do: a share of the account's records, or a
// count.
type Limit struct {
	// Percent applies if IsPercent, else Count.
	Percent   float64
	Count     int
	IsPercent bool
}

// String returns the limit as configurations spell it: 20% or 15.
func (l Limit) String() string {
	if l.IsPercent {
		return strconv.FormatFloat(l.Percent, 'f', -1, 64) + "%"
	}
	return strconv.Itoa(l.Count)
}

// MarshalText implements encoding.TextMarshaler.
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *Limit) UnmarshalText(text []byte) error {
	parsed, err := parseLimit(string(text))
	if err == nil {
		*l = parsed
	}
	return err
}

// Limits are the limits of a run, by name.
type Limits map[string]Limit

// The names of limits. LimitIssued counts PingOne's types with issued cards.
const (
	LimitUpdate         = "update"
	LimitCreate         = "create"
	LimitDelete         = "delete"
	LimitMove           = "move"
	LimitInvalid        = "invalid"
	LimitLastCredential = "last_credential"
	LimitIssued         = "issued"
)

// LimitNames are all names in the order of help texts and reports.
var LimitNames = []string{
	LimitUpdate,
	LimitCreate,
	LimitDelete,
	LimitMove,
	LimitInvalid,
	LimitLastCredential,
	LimitIssued,
}

// DefaultLimits returns the limits of an account that configures none.
func DefaultLimits() Limits {
	return Limits{
		LimitUpdate:         {Percent: 20, IsPercent: true},
		LimitCreate:         {Percent: 20, IsPercent: true},
		LimitDelete:         {},
		LimitMove:           {},
		LimitInvalid:        {Percent: 5, IsPercent: true},
		LimitLastCredential: {},
		LimitIssued:         {},
	}
}

// ParseLimit reads a limit: 20% or 15. The error contains the name of the limit and its
// valid forms.
func ParseLimit(name, text string) (Limit, error) {
	known := false
	for _, n := range LimitNames {
		known = known || n == name
	}
	if !known {
		return Limit{}, fmt.Errorf("unknown limit %q: the limits are %s", name, strings.Join(LimitNames, ", "))
	}
	l, err := parseLimit(text)
	if err != nil {
		return Limit{}, fmt.Errorf("limit %s: %w", name, err)
	}
	if l.IsPercent && (name == LimitLastCredential || name == LimitIssued) {
		return Limit{}, fmt.Errorf("limit %s takes a count, not a share", name)
	}
	return l, nil
}

func parseLimit(text string) (Limit, error) {
	if share, ok := strings.CutSuffix(text, "%"); ok {
		p, err := strconv.ParseFloat(share, 64)
		if err != nil || p < 0 || p > 100 || math.IsNaN(p) {
			return Limit{}, fmt.Errorf("%q is not a share between 0%% and 100%%", text)
		}
		return Limit{Percent: p, IsPercent: true}, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return Limit{}, fmt.Errorf("%q is neither a share (20%%) nor a count (15)", text)
	}
	return Limit{Count: n}, nil
}

// floors are the smallest numbers that a share allows, so that small accounts can be worked
// on at all.
var floors = map[string]int{LimitUpdate: 3, LimitCreate: 3, LimitInvalid: 1}

// Allowed returns the number that the limit allows of a base.
func (l Limit) Allowed(name string, base int) int {
	if !l.IsPercent {
		return l.Count
	}
	return max(int(l.Percent*float64(base)/100), floors[name])
}

// Breach is one limit that a plan exceeds.
type Breach struct {
	Name string
	// Type is the type that the limit is for; empty for the whole account.
	Type    string
	Count   int
	Allowed int
	Limit   Limit
	// Base is the number of records, or rows, that a share refers to.
	Base int
	// Rule: the breach does not depend on numbers; Why explains it.
	Rule bool
	Why  string
}

// String describes the breach with its numbers.
func (b Breach) String() string {
	if b.Rule {
		return b.Why
	}
	what := limitNouns[b.Name][boolInt(b.Count != 1)]
	key := "limits." + b.Name
	if b.Type != "" {
		what += " of type " + b.Type
		key = "limits.types." + b.Type + "." + b.Name
	}
	if b.Limit.IsPercent {
		return fmt.Sprintf("%d %s, but %s allows %d (%s of %d)", b.Count, what, key, b.Allowed, b.Limit, b.Base)
	}
	return fmt.Sprintf("%d %s, but %s allows %d", b.Count, what, key, b.Allowed)
}

// limitNouns are what a limit counts, one and several.
var limitNouns = map[string][2]string{
	LimitUpdate: {"update", "updates"}, LimitCreate: {"creation", "creations"}, LimitDelete: {"deletion", "deletions"},
	LimitMove: {"move to another holder", "moves to another holder"}, LimitInvalid: {"invalid row", "invalid rows"},
	LimitLastCredential: {"person who would lose their last credential", "people who would lose their last credential"},
	LimitIssued:         {"type with issued cards", "types with issued cards"},
}

// Override returns the flag that lifts the breach, as it is typed into a shell.
func (b Breach) Override() string {
	if b.Type != "" {
		limit := fmt.Sprintf("%s.%s=%d", b.Type, b.Name, b.Count)
		if strings.ContainsFunc(b.Type, isShellSpecial) {
			limit = "'" + strings.ReplaceAll(limit, "'", `'\''`) + "'"
		}
		return "--limit " + limit
	}
	if b.Rule {
		return "--accept-empty, or limits.create as a count"
	}
	return fmt.Sprintf("--limit %s=%d", b.Name, b.Count)
}

// isShellSpecial reports whether a character may have a special meaning to a shell.
func isShellSpecial(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
}

// Check compares the whole plan with the limits. records is the size of the account that
// shares refer to; acceptEmpty allows a first fill of an account without records. Nothing
// may be written while it returns a breach.
func (p *Plan) Check(limits Limits, records int, acceptEmpty bool) []Breach {
	counts, rows := p.limitCounts()
	var breaches []Breach
	for _, name := range LimitNames {
		limit, ok := limits[name]
		if !ok || counts[name] == 0 {
			continue
		}
		base := records
		if name == LimitInvalid {
			base = rows
		}
		if name == LimitCreate && limit.IsPercent && records == 0 {
			if !acceptEmpty {
				breaches = append(breaches, Breach{
					Name: name, Count: counts[name], Limit: limit, Rule: true,
					Why: fmt.Sprintf(
						"the account is empty, so a share cannot limit %d creations",
						counts[name],
					),
				})
			}
			continue
		}
		if allowed := limit.Allowed(name, base); counts[name] > allowed {
			breaches = append(
				breaches,
				Breach{Name: name, Count: counts[name], Allowed: allowed, Limit: limit, Base: base},
			)
		}
	}
	return breaches
}

func (p *Plan) limitCounts() (counts map[string]int, rows int) {
	counts = map[string]int{LimitLastCredential: len(p.LosesAll())}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Row >= 0 {
			rows++
		}
		if n, atRisk := p.issued[int32(i)]; atRisk && n != 0 && l.Sends() {
			counts[LimitIssued]++
		}
		switch {
		case l.Outcome == InvalidRow:
			counts[LimitInvalid]++
		case l.Sends():
			p.countLine(l, counts)
		}
	}
	return counts, rows
}

// countLine counts a line that is to be sent towards its limits.
func (p *Plan) countLine(l *Line, counts map[string]int) {
	switch l.Action {
	case Create:
		counts[LimitCreate]++
	case Delete:
		counts[LimitDelete]++
	default: // a replacement counts once, as an update
		counts[LimitUpdate]++
		if p.moves(l) {
			counts[LimitMove]++
		}
	}
}

func (p *Plan) moves(l *Line) bool {
	for _, col := range p.Want.schema.pairs {
		if l.Fields.Has(col) && !p.Want.schema.managed.Has(col) {
			return true
		}
	}
	return false
}

// LosesAll lists the holders, by id, from whom pruning would take the last
// credential. Deletions that a row asks for (state=absent) do not count.
func (p *Plan) LosesAll() []string {
	holder := p.Have.schema.At(HolderID)
	if holder < 0 {
		return nil
	}
	losing := map[string]bool{}
	for i := range p.Lines {
		if l := &p.Lines[i]; l.Row < 0 && l.Action == Delete && l.Sends() {
			losing[p.HaveRecord(i).Cell(holder).Text()] = true
		}
	}
	if len(losing) == 0 {
		return nil
	}
	going := map[int32]bool{}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Sends() && l.Action == Delete || l.Ending {
			going[l.Record] = true
		}
		if l.Sends() && l.Action == Create {
			delete(losing, p.WantRow(i).Cell(holder).Text())
		}
	}
	for n := range p.Have.Len() {
		if !going[int32(n)] {
			delete(losing, p.Have.Record(n).Cell(holder).Text())
		}
	}
	// The order of the listing, so that equal inputs give equal bytes.
	var ids []string
	for n := range p.Have.Len() {
		id := p.Have.Record(n).Cell(holder).Text()
		if losing[id] {
			ids = append(ids, id)
			delete(losing, id)
		}
	}
	return ids
}
