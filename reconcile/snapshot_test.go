package reconcile

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// encoded returns a snapshot as a codec gets it.
func encoded(t interface{ Fatal(...any) }, s *Snapshot) []byte {
	packed, err := Pack(s)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(packed); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(data []byte) (*Snapshot, error) {
	packed := &Packed{}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(packed); err != nil {
		return nil, err
	}
	return packed.Unpack()
}

// sameSnapshot compares everything, unexported members included, but sets only by their cells,
// since how these are packed into chunks does not matter.
var sameSnapshot = cmp.Options{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.String() == b.String() }),
	cmp.Comparer(func(a, b *Set) bool {
		if a == nil || b == nil {
			return a == b
		}
		if !cmp.Equal(a.schema, b.schema, cmp.AllowUnexported(Schema{}), cmpopts.EquateEmpty()) || a.Len() != b.Len() {
			return false
		}
		for n := range a.Len() {
			if !slices.EqualFunc(a.Record(n).Cells(nil), b.Record(n).Cells(nil), func(a, b Cell) bool {
				return a.state == b.state && a.Text() == b.Text()
			}) {
				return false
			}
		}
		return true
	}),
}

// fullSnapshot returns a snapshot without a zero member.
func fullSnapshot() *Snapshot {
	schema := badgeSchema()
	schema.Lane, schema.KeepUnlisted, schema.CardTypes = "holder_id", "kept", []string{"card"}
	schema.Details = []Detail{{Column: "value", Sheet: "values", Members: []DetailMember{{Header: "is_visible", Member: "isVisible", Truth: true}}}}
	schema.Columns[0].Help, schema.Columns[0].Words, schema.Columns[0].Example = "help", []string{"word"}, "example"
	for i := range schema.Columns {
		schema.Columns[i].Version = true
		schema.Columns[i].Local = true
	}
	want := setOf(schema,
		rec{"credential_id": "A", "value": "0048213377", "ends_at": EmptyMarker},
		rec{"holder_id": "2", "value": "••••", "holder_name": strings.Repeat("ä\x00\xff", 40_000)})
	have := setOf(schema, rec{"credential_id": "A", "holder_id": "1", "value": "0048213378"})
	roster := NewRoster(schema)
	roster.Files = []File{
		{Name: "a.csv", SHA256: "aa", Sheets: []string{""}, Rows: 1, Managed: 16},
		{
			Name: "b.xlsx", SHA256: "bb", Sheets: []string{"Doors", "Cards"}, Rows: 1, Managed: 1 << 63,
			Wide: []WideColumn{{"PIN", "pin", "C", "Cards", 3}},
		},
	}
	roster.Add(0, 0, 1<<20, want.Record(0).Cells(nil))
	roster.AddCell(1, 1, 7, 1, want.Record(1).Cells(nil))
	problem := Problem{
		Source: Source{File: "b.xlsx", Sheet: "Cards", Line: 7}, LastLine: 9, Cell: "C7", Column: "value", Kind: "k", Severity: SeverityWarning,
		Message: "m", Read: "r", Likely: "l", Remedy: "r", Settings: "s", Expected: 10,
	}
	roster.Report(0, problem)
	problem.Severity = SeverityError
	roster.Report(1, problem)
	roster.Report(-1, problem)
	roster.ReportUnread(problem)
	roster.ReportNote(problem, NewSecret("Kim keeps 0048213380"))
	roster.Problems[0].Source.Header, roster.Problems[0].Source.Cell = "PIN", "C7"
	roster.Unlocated = 1
	roster.Files[1].Partial = true
	roster.Files[1].SideFiles = []SideFile{{Name: "card.svg", SHA256: "cc"}}
	roster.Refuse(1, 4, NewSecret("0048213379"))
	roster.Names[1] = "Kim"
	plan := &Plan{
		Want: want, Have: have, OutOfScope: 4, Matched: 1,
		Lines: []Line{
			{Row: 0, Record: -1, Chain: -1, Reason: 0, Outcome: Unchanged, Effect: EffectPending},
			{Row: 1, Record: 0, Fields: 1 << 4, Reason: 1, Chain: 1, Situation: Drifted, Action: Update, Outcome: Planned, Ending: true},
		},
		Chains: [][]int32{{0, 1}, {1}}, cycles: []int{1}, issued: map[int32]int{1: 3},
		kept: map[int32]int32{0: 1}, joined: map[int32][]int32{1: {0}},
	}
	plan.Note(1, "a note")
	plan.Note(1, "another")
	at := time.Date(2026, 1, 31, 2, 0, 1, 5, time.FixedZone("", 3600))
	return &Snapshot{
		Plan: plan, Roster: roster, Meta: map[string]string{"account": "hq", "": "empty"},
		Listing: &Listing{
			Records: have, Total: -1, Pages: 2, Strategy: "pages", Why: "why", Evidence: EvidenceTwice, At: at,
			Unseen: []string{"not listed"}, Untouchable: map[int]string{0: "owned"}, Replaced: map[string]string{"old": "new"},
			Ending: map[int]Ending{0: {Words: "being deleted", InTheWay: true}},
			Beyond: map[int][]UncoveredPart{0: {{Name: "wallet", Reason: "no column"}}},
			Effect: EffectYes, Effects: map[int]EffectState{0: {Effect: EffectFailed, Words: []string{"refused"}}},
		},
	}
}

func TestSnapshotKeepsEveryMember(t *testing.T) {
	s := fullSnapshot()
	noneZero(t, "snapshot", reflect.ValueOf(s), map[any]bool{})
	got, err := decoded(encoded(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, got, sameSnapshot); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	if got.Plan.Have != got.Listing.Records || got.Plan.Want.Schema() != got.Roster.Rows.Schema() {
		t.Error("what was shared is not shared again")
	}
	if got.Roster.Source(1) != s.Roster.Source(1) || !got.Listing.At.Equal(s.Listing.At) || !got.Plan.IsCycle(1) {
		t.Error("the parts do not work as before")
	}
}

// noneZero requires a sample to fill every member of every struct that it reaches in at least one
// place: a member that is added fails here first, and is then lost by a coder that does not know
// it.
func noneZero(t *testing.T, path string, v reflect.Value, seen map[any]bool) {
	t.Helper()
	filled := map[string]bool{}
	fill(path, v, filled)
	for member, ok := range filled {
		if !ok {
			t.Errorf("%s is zero everywhere in the sample", member)
		}
	}
}

func fill(path string, v reflect.Value, filled map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[**slab]() {
			fill(path, v.Elem(), filled)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(path, v.Index(i), filled)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			fill(path, v.MapIndex(k), filled)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().String() + "." + v.Type().Field(i).Name
			if name == "reconcile.Schema.key" {
				continue // column 0, and found again from the columns
			}
			filled[name] = filled[name] || !v.Field(i).IsZero()
			fill(name, v.Field(i), filled)
		}
	}
}

// TestLawSnapshotsComeBack: any plan comes back as it was.
func TestLawSnapshotsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		s := &Snapshot{}
		w.edit = func(r *Roster, _ *Wanted, l *Listing) { s.Roster, s.Listing = r, l }
		s.Plan = w.plan()
		got, err := decoded(encoded(t, s))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, got, sameSnapshot); diff != "" {
			t.Fatalf("decoded (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(lines(s.Plan), lines(got.Plan)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEmptySnapshots(t *testing.T) {
	for name, s := range map[string]*Snapshot{
		"nothing":         {},
		"an empty roster": {Roster: NewRoster(passSchema())},
		"no records":      {Listing: &Listing{}},
		"an empty plan":   {Plan: &Plan{Want: NewSet(badgeSchema(), 0), Have: NewSet(badgeSchema(), 0)}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decoded(encoded(t, s))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s, got, sameSnapshot); diff != "" {
				t.Error(diff)
			}
			if got.Roster != nil {
				got.Roster.Report(0, Problem{}) // it can still be added to
			}
		})
	}
}

func TestContradictorySnapshotsAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Snapshot){
		"row":          func(s *Snapshot) { s.Plan.Lines[0].Row = 2 },
		"record":       func(s *Snapshot) { s.Plan.Lines[0].Record = 1 },
		"negative":     func(s *Snapshot) { s.Plan.Lines[0].Row = -2 },
		"fields":       func(s *Snapshot) { s.Plan.Lines[0].Fields = 1 << 60 },
		"reason":       func(s *Snapshot) { s.Plan.Lines[0].Reason = 9 },
		"chain":        func(s *Snapshot) { s.Plan.Lines[0].Chain = 2 },
		"situation":    func(s *Snapshot) { s.Plan.Lines[0].Situation = 200 },
		"action":       func(s *Snapshot) { s.Plan.Lines[0].Action = 200 },
		"outcome":      func(s *Snapshot) { s.Plan.Lines[0].Outcome = 200 },
		"chain's line": func(s *Snapshot) { s.Plan.Chains[0][0] = 2 },
		"cycle":        func(s *Snapshot) { s.Plan.cycles[0] = 2 },
		"note's line":  func(s *Snapshot) { s.Plan.notes[2] = nil },
		"note":         func(s *Snapshot) { s.Plan.notes[0] = []Text{9} },
		"issued":       func(s *Snapshot) { s.Plan.issued[7] = 1 },
		"kept":         func(s *Snapshot) { s.Plan.kept[0] = 7 },
		"joined row":   func(s *Snapshot) { s.Plan.joined[1] = []int32{9} },
		"joined line":  func(s *Snapshot) { s.Plan.joined[9] = nil },
		"no rows":      func(s *Snapshot) { s.Plan.Want = nil },
		"place":        func(s *Snapshot) { s.Roster.places[0].File = 2 },
		"sheet":        func(s *Snapshot) { s.Roster.places[0].Sheet = 2 },
		"places":       func(s *Snapshot) { s.Roster.places = nil },
		"invalid":      func(s *Snapshot) { s.Roster.Invalid[0] = 5 },
		"invalid row":  func(s *Snapshot) { s.Roster.Invalid[2] = 0 },
		"file error":   func(s *Snapshot) { s.Roster.FileErrors[0] = 5 },
		"unread":       func(s *Snapshot) { s.Roster.Unread[0] = 5 },
		"skipped text": func(s *Snapshot) { s.Roster.notes[0].problem = 5 },
		"refused row":  func(s *Snapshot) { s.Roster.Refuse(2, 0, Secret{}) },
		"refused cell": func(s *Snapshot) { s.Roster.Refuse(0, 9, Secret{}) },
		"untouchable":  func(s *Snapshot) { s.Listing.Untouchable[1] = "" },
	} {
		t.Run(name, func(t *testing.T) {
			s := fullSnapshot()
			spoil(s)
			if _, err := Pack(s); err == nil {
				t.Error("packed")
			}
		})
	}
}

// TestContradictoryPartsAreRefused: what a codec read is not trusted.
func TestContradictoryPartsAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Packed){
		"row":          func(p *Packed) { p.Plan.Lines[0].Row = 2 },
		"cycle":        func(p *Packed) { p.Plan.Circles[0] = 2 },
		"issued":       func(p *Packed) { p.Plan.Issued[7] = 1 },
		"kept":         func(p *Packed) { p.Plan.Kept[0] = 7 },
		"no rows":      func(p *Packed) { p.Plan.Want = 0 },
		"rows unknown": func(p *Packed) { p.Plan.Want = 9 },
		"rows below":   func(p *Packed) { p.Plan.Want = -1 },
		"places":       func(p *Packed) { p.Roster.Places = nil },
		"refused cell": func(p *Packed) { p.Roster.Refused[0] = []PackedCell{{Column: 9}} },
		"effect":       func(p *Packed) { p.Listing.Effect = 200 },
		"no key":       func(p *Packed) { p.Schemas[0].Columns = nil },
		"no schema":    func(p *Packed) { p.Sets[0].Schema = 0 },
		"other schema": func(p *Packed) { p.Sets[0].Schema = 2 },
		"chunks":       func(p *Packed) { p.Sets[0].Chunks = 9 },
		"chunks below": func(p *Packed) { p.Sets[0].Chunks = -1 },
		"cut cell":     func(p *Packed) { p.Chunks[0] = p.Chunks[0][:len(p.Chunks[0])-1] },
		"long cell":    func(p *Packed) { p.Chunks[0] = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1} },
		"endless cell": func(p *Packed) { p.Chunks[0] = bytes.Repeat([]byte{0xff}, 20) },
		"hollow cell":  func(p *Packed) { p.Chunks[0] = []byte{byte(Filled)} },
		"far in chunk": func(p *Packed) { p.Chunks[0] = bytes.Repeat([]byte{0}, 2*ChunkSize) },
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Pack(fullSnapshot())
			if err != nil {
				t.Fatal(err)
			}
			spoil(p)
			if _, err := p.Unpack(); err == nil {
				t.Error("unpacked")
			}
		})
	}
}

func TestSnapshotsPrintNoCell(t *testing.T) {
	s := fullSnapshot()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		packed, err := Pack(s)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(verb, s) + fmt.Sprintf(verb, *s) + fmt.Sprintf(verb, packed) + fmt.Sprintf(verb, *packed)
		if strings.Contains(text, "004821337") {
			t.Errorf("%s shows a value", verb)
		}
	}
}

// TestSnapshotsOfOneSchemaAtOnce: several accounts of one provider share its schema and seal their
// runs side by side. The race detector checks that.
func TestSnapshotsOfOneSchemaAtOnce(t *testing.T) {
	s := fullSnapshot()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := Pack(s); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
