package migration

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"keyroster/reconcile"
	"keyroster/reconcile/cards"

	_ "keyroster/reconcile/fixedseed"
)

// there has PINs, cards and passes with dates; here has no dates.
var (
	there = reconcile.NewSchema("there", struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Email  string           `csv:"holder_email" roster:"match,email,holder-email"`
		Site   string           `csv:"site" roster:"match,pairs"`
		Type   string           `csv:"type" roster:"match,pairs,type" words:"code,card,mobile_key"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
		Starts string           `csv:"starts_at" roster:"managed,time,create,start"`
		Ends   string           `csv:"ends_at" roster:"managed,time,create,update,end"`
		Name   string           `csv:"holder_name" roster:"info,holder-name"`
		Label  string           `csv:"type_name" roster:"info,type-name"`
	}{})
	here = reconcile.NewSchema("here", struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Email  string           `csv:"holder_email" roster:"match,email,holder-email"`
		Ref    string           `csv:"holder_ref" roster:"match,holder-ref"`
		Type   string           `csv:"type" roster:"match,pairs,type"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
		Name   string           `csv:"holder_name" roster:"info,holder-name"`
		Label  string           `csv:"type_name" roster:"info,type-name"`
	}{})
	now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func listing(schema *reconcile.Schema, records ...map[string]string) *reconcile.Listing {
	set := reconcile.NewSet(schema, len(records))
	for n, r := range records {
		cells := make([]reconcile.Cell, len(schema.Columns))
		for name, text := range r {
			col := schema.Index(name)
			cells[col] = reconcile.RecordCell(text, schema.Columns[col].Secret())
		}
		if !cells[schema.Key()].Filled() {
			cells[schema.Key()] = reconcile.TextCell(fmt.Sprint("R", n))
		}
		set.Add(cells)
	}
	return &reconcile.Listing{Records: set, Evidence: reconcile.EvidenceTerminated}
}

// site returns a move from there to here, of people who are known on both sides.
func site(records ...map[string]string) Input {
	return Input{
		From: Side{Account: "old", Title: "There", Schema: there, Holders: reconcile.NewHolders(
			reconcile.Holder{ID: "u1", Name: "Avery Sample", Email: "One@example.com"},
			reconcile.Holder{ID: "u2", Name: "Blake Sample", Email: "two@example.com"},
			reconcile.Holder{ID: "u3", Name: "Casey Sample", Email: "three@example.com", Disabled: true},
			reconcile.Holder{ID: "u4", Name: "Devon Sample", Email: "four@example.com"},
		)},
		To: Side{
			Account: "new", Title: "Here", Schema: here, PINTypes: map[string]bool{"31": true},
			Types: []reconcile.Choice{{Text: "Keypad PIN", Help: "id 31", ID: "31"}, {Text: "Proximity card", Help: "id 32", ID: "32"}},
			Holders: reconcile.NewHolders(
				reconcile.Holder{ID: "1", Email: "one@example.com"}, reconcile.Holder{ID: "2", Email: "two@example.com"},
				reconcile.Holder{ID: "3", Email: "three@example.com"},
			),
		},
		Listing: listing(there, records...), Now: now,
		Rules: Rules{Types: map[string]string{"CARD": "Proximity card"}},
	}
}

// told returns what became of each record: its row's type and value, or the reason.
func told(m *Move) []string {
	out := make([]string, len(m.RowOf))
	for n, row := range m.RowOf {
		if row < 0 {
			for _, l := range m.Losses {
				if l.Record == n && l.Whole {
					out[n] = "lost: " + l.Reason
				}
			}
			continue
		}
		r := m.Roster.Rows.Record(row)
		out[n] = fmt.Sprintf("%s %s %s", r.Text("holder_id"), r.Text("type"), r.Cell(here.Value()).Text())
		if first, bad := m.Roster.Invalid[row]; bad {
			out[n] = "invalid: " + m.Roster.Problems[first].Message
		}
	}
	return out
}

func want(t *testing.T, m *Move, lines ...string) {
	t.Helper()
	got := told(m)
	for i, line := range lines {
		if i >= len(got) || !strings.HasPrefix(got[i], line) {
			t.Errorf("record %d: %q, want %q", i, got[i:min(i+1, len(got))], line)
		}
	}
}

func TestWhatMovesAndWhatDoesNot(t *testing.T) {
	m := Build(site(
		map[string]string{"holder_id": "u1", "type": "code", "value": "0123"},
		map[string]string{"holder_id": "u1", "type": "card", "value": "00112233"},
		map[string]string{"holder_id": "u2", "type": "mobile_key"},
		map[string]string{"holder_id": "u2", "type": "code", "value": "****"},
		map[string]string{"holder_id": "u3", "type": "code", "value": "4711"},
		map[string]string{"holder_id": "u4", "type": "code", "value": "4712"},
		map[string]string{"type": "code", "value": "4713"},
		map[string]string{"holder_id": "u9", "type": "code", "value": "4714"},
		map[string]string{"holder_id": "u1", "type": "fob", "value": "4715"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "4716", "ends_at": "2026-02-01T00:00:00Z"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "4717", "ends_at": "2027-02-01T00:00:00Z"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "4718", "starts_at": "2026-02-01T00:00:00Z"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "4719", "starts_at": "2026-04-01T00:00:00Z"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "0123", "site": "other"},
	))
	want(t, m, "1 31 0123", "1 Proximity card 00112233", "lost: it has no number or PIN", "lost: There masks its value",
		"lost: its holder is disabled at old", "invalid: new has no holder with that reference or e-mail address",
		"lost: it has no holder", "lost: old does not list its holder", `lost: no rule for type "fob"`,
		"lost: it has ended", "lost: it has ends_at, which Here cannot hold", "1 31 4718", "lost: it has starts_at, which Here cannot hold", "1 31 0123")
	if m.RowOf[0] != m.RowOf[13] || m.Moved() != 5 {
		t.Errorf("equal records have rows %d and %d, and %d move", m.RowOf[0], m.RowOf[13], m.Moved())
	}
	if len(m.Missing) != 1 || m.Missing[0].ID != "u4" {
		t.Errorf("missing: %v", m.Missing)
	}
	if i := slices.IndexFunc(m.Losses, func(l Loss) bool { return l.Record == 11 }); i < 0 || m.Losses[i].Whole || m.Losses[i].Column != "starts_at" {
		t.Error("the start of what has begun is no loss of its own")
	}
	if s := m.Roster.Source(0); s.File != "account old" || s.Sheet != "R0" || s.Line != 2 {
		t.Errorf("the first row is from %v", s)
	}
}

// TestDroppedColumns: a record moves without the columns that the configuration gives up, but never
// once it has ended.
func TestDroppedColumns(t *testing.T) {
	in := site(
		map[string]string{"holder_id": "u1", "type": "code", "value": "4717", "ends_at": "2027-02-01T00:00:00Z"},
		map[string]string{"holder_id": "u2", "type": "code", "value": "4716", "ends_at": "2026-02-01T00:00:00Z"},
	)
	in.Rules.Drop = []string{"ends_at"}
	want(t, Build(in), "1 31 4717", "lost: it has ended")
}

func TestPeopleAreMatchedOrNot(t *testing.T) {
	for _, c := range []struct {
		name string
		from reconcile.Holder
		to   []reconcile.Holder
		pair string
		want string
	}{
		{"by reference", reconcile.Holder{Ref: "E-1"}, []reconcile.Holder{{ID: "1", Ref: "E-1"}, {ID: "2", Ref: "E-2"}}, "", "1 31"},
		{
			"references are exact",
			reconcile.Holder{Ref: "e-1"},
			[]reconcile.Holder{{ID: "1", Ref: "E-1"}},
			"",
			"invalid: new has no person with reference e-1; holder 1 has E-1, which differs in capital letters",
		},
		{"references without spaces around them", reconcile.Holder{Ref: "R-7"}, []reconcile.Holder{{ID: "1", Ref: "R-7 "}}, "", "1 31"},
		{"the source's too", reconcile.Holder{Ref: "\u00a0R-7\u200b"}, []reconcile.Holder{{ID: "1", Ref: "R-7"}}, "", "1 31"},
		{
			"a reference that looks the same",
			reconcile.Holder{Ref: "Р-7"},
			[]reconcile.Holder{{ID: "1", Ref: "P-7"}},
			"",
			"invalid: new has no person with reference Р-7; holder 1 has P-7, " +
				"which differs in a letter or sign that looks like 'P' (U+0420)",
		},
		{
			"it looks the same, and the e-mail says so too",
			reconcile.Holder{Ref: "r-10", Email: "a@example.com"},
			[]reconcile.Holder{{ID: "1", Ref: "R-10", Email: "a@example.com"}},
			"", "1 31",
		},
		{
			"it looks the same, and the e-mail names another",
			reconcile.Holder{Ref: "r-10", Email: "a@example.com"},
			[]reconcile.Holder{{ID: "1", Ref: "R-10"}, {ID: "2", Email: "a@example.com"}},
			"", "invalid: new has no person with reference r-10; holder 1 has R-10",
		},
		{"e-mails of one form", reconcile.Holder{Email: "ju\u0308rgen@example.com"}, []reconcile.Holder{{ID: "1", Email: "JÜRGEN@example.com"}}, "", "1 31"},
		{
			"an e-mail that looks the same",
			reconcile.Holder{Email: "аnn@example.com"},
			[]reconcile.Holder{{ID: "1", Email: "ann@example.com"}},
			"",
			"invalid: new has no person with e-mail address аnn@example.com; that of holder 1 looks " +
				"the same but differs in a letter or sign that looks like 'a' (U+0430)",
		},
		{"by e-mail in any case", reconcile.Holder{Email: "A@Example.com"}, []reconcile.Holder{{ID: "1", Email: "a@example.COM"}}, "", "1 31"},
		{"e-mail where the reference is unknown", reconcile.Holder{Ref: "E-9", Email: "a@example.com"}, []reconcile.Holder{{ID: "1", Email: "a@example.com"}}, "", "1 31"},
		{
			"reference and e-mail disagree",
			reconcile.Holder{Ref: "E-1", Email: "b@example.com"},
			[]reconcile.Holder{{ID: "1", Ref: "E-1"}, {ID: "2", Email: "b@example.com"}},
			"", "invalid: the reference names holder 1",
		},
		{
			"the e-mail tells two of one reference apart",
			reconcile.Holder{Ref: "E-1", Email: "b@example.com"},
			[]reconcile.Holder{{ID: "1", Ref: "E-1"}, {ID: "2", Ref: "E-1", Email: "b@example.com"}},
			"", "2 31",
		},
		{
			"two have the e-mail",
			reconcile.Holder{Email: "a@example.com"},
			[]reconcile.Holder{{ID: "1", Email: "a@example.com"}, {ID: "2", Email: "A@example.com"}},
			"", "invalid: new has 2 of them",
		},
		{"a person decides", reconcile.Holder{Email: "a@example.com"}, []reconcile.Holder{{ID: "1", Email: "a@example.com"}, {ID: "2"}}, "2", "2 31"},
		{"the crosswalk names nobody", reconcile.Holder{Email: "a@example.com"}, []reconcile.Holder{{ID: "1", Email: "a@example.com"}}, "7", "invalid: the crosswalk names holder 7"},
		{"nothing to go by", reconcile.Holder{Name: "Avery"}, []reconcile.Holder{{ID: "1", Name: "Avery"}}, "", "invalid: new has no holder with that any"},
		{"empty is not equal to empty", reconcile.Holder{}, []reconcile.Holder{{ID: "1"}}, "", "invalid: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := site(map[string]string{"holder_id": "u1", "type": "code", "value": "0123"})
			c.from.ID = "u1"
			in.From.Holders, in.To.Holders = reconcile.NewHolders(c.from), reconcile.NewHolders(c.to...)
			if c.pair != "" {
				in.Pairs = map[string]string{"u1": c.pair}
			}
			want(t, Build(in), c.want)
		})
	}
}

// TestPeopleDoNotMerge: two people of the source never become one of the target unless a person
// says so: each of them would open the other's doors.
func TestPeopleDoNotMerge(t *testing.T) {
	one, two := reconcile.Holder{ID: "u1", Name: "Avery"}, reconcile.Holder{ID: "u2", Name: "Blake"}
	with := func(h reconcile.Holder, ref, email, identity string) reconcile.Holder {
		h.Ref, h.Email, h.Identity = ref, email, identity
		return h
	}
	for _, c := range []struct {
		name  string
		from  []reconcile.Holder
		to    []reconcile.Holder
		pairs map[string]string
		want  []string
	}{
		{
			"one address",
			[]reconcile.Holder{with(one, "", "Front@example.com", ""), with(two, "", "front@EXAMPLE.com", "")},
			[]reconcile.Holder{{ID: "1", Email: "front@example.com"}},
			nil,
			[]string{"invalid: 2 people of old have", "invalid: 2 people of old have"},
		},
		{
			"one address in two forms of Unicode",
			[]reconcile.Holder{with(one, "", "j\u00fcrgen@example.com", ""), with(two, "", "ju\u0308rgen@example.com", "")},
			[]reconcile.Holder{{ID: "1", Email: "j\u00fcrgen@example.com"}},
			nil,
			[]string{"invalid: 2 people of old have", "invalid: 2 people of old have"},
		},
		{
			"one reference",
			[]reconcile.Holder{with(one, "R-7", "", ""), with(two, "R-7", "", "")},
			[]reconcile.Holder{{ID: "1", Ref: "R-7"}},
			nil,
			[]string{"invalid: 2 people of old have", "invalid: 2 people of old have"},
		},
		{
			"one address, references of their own",
			[]reconcile.Holder{with(one, "R-7", "a@example.com", ""), with(two, "R-8", "a@example.com", "")},
			[]reconcile.Holder{{ID: "1", Ref: "R-7", Email: "a@example.com"}, {ID: "2", Ref: "R-8", Email: "A@example.com"}},
			nil,
			[]string{"1 31", "2 31"},
		},
		{
			"found in two ways",
			[]reconcile.Holder{with(one, "R-7", "", ""), with(two, "", "b@example.com", "")},
			[]reconcile.Holder{{ID: "1", Ref: "R-7", Email: "b@example.com"}},
			nil,
			[]string{"invalid: holder 1 at new would get", "invalid: holder 1 at new would get"},
		},
		{
			"decided for one of them",
			[]reconcile.Holder{with(one, "", "a@example.com", ""), with(two, "", "b@example.com", "")},
			[]reconcile.Holder{{ID: "1", Email: "b@example.com"}},
			map[string]string{"u1": "1"},
			[]string{"1 31", "invalid: holder 1 at new would get"},
		},
		{
			"decided for both",
			[]reconcile.Holder{with(one, "", "a@example.com", ""), with(two, "", "a@example.com", "")},
			[]reconcile.Holder{{ID: "1", Email: "a@example.com"}},
			map[string]string{"u1": "1", "u2": "1"},
			[]string{"1 31", "1 31"},
		},
		{
			"one person in two systems",
			[]reconcile.Holder{with(one, "", "a@example.com", "p"), with(two, "", "a@example.com", "p")},
			[]reconcile.Holder{{ID: "1", Email: "a@example.com"}},
			nil,
			[]string{"1 31", "1 31"},
		},
		{
			"somebody without credentials has the address too",
			[]reconcile.Holder{with(one, "", "a@example.com", ""), with(reconcile.Holder{ID: "u3"}, "", "a@example.com", "")},
			[]reconcile.Holder{{ID: "1", Email: "a@example.com"}},
			nil,
			[]string{"invalid: 2 people of old have"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := site(map[string]string{"holder_id": "u1", "type": "code", "value": "0123"}, map[string]string{"holder_id": "u2", "type": "code", "value": "0124"})
			in.From.Holders, in.To.Holders, in.Pairs = reconcile.NewHolders(c.from...), reconcile.NewHolders(c.to...), c.pairs
			want(t, Build(in), c.want...)
		})
	}
}

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		name, id, label string
		rules           map[string]string
		pins            map[string]bool
		want            string
	}{
		{"a rule by name", "7", "Garage Fob", map[string]string{"garage fob": "Keypad PIN"}, nil, "1 Keypad PIN"},
		{"a rule by id goes first", "7", "Garage fob", map[string]string{"garage fob": "x", "7": "y"}, nil, "1 y"},
		{
			"left behind", "code", "",
			map[string]string{"code": "none"},
			nil, "lost: type \"code\" is left behind by the configuration",
		},
		{"of the same name", "7", "proximity CARD", nil, nil, "1 Proximity card"},
		{"PIN to the one PIN", "code", "", nil, map[string]bool{"31": true}, "1 31"},
		{"PIN to one of two", "code", "", nil, map[string]bool{"31": true, "35": true}, "lost: no rule"},
		{"PIN by its words", "code", "", nil, nil, "1 Keypad PIN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := site(map[string]string{"holder_id": "u1", "type": c.id, "type_name": c.label, "value": "0123"})
			in.Rules.Types, in.To.PINTypes = c.rules, c.pins
			want(t, Build(in), c.want)
		})
	}
}

func TestCardsAreSpeltAgain(t *testing.T) {
	format := func(text string) cards.Format {
		f, err := cards.ParseFormat(text)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	in := site(
		map[string]string{"holder_id": "u1", "type": "card", "value": "00aefffa"},
		map[string]string{"holder_id": "u2", "type": "card", "value": "00AEFFFA"},
		map[string]string{"holder_id": "u2", "type": "card", "value": "00000007"},
		map[string]string{"holder_id": "u2", "type": "card", "value": "FFAEFFFA"},
		map[string]string{"holder_id": "u2", "type": "code", "value": "00000008"},
	)
	in.Rules.Cards = map[string]Respelling{"card": {From: format("hex:8"), To: format("facility:FFF-NNNNN")}}
	m := Build(in)
	want(t, m, "invalid: its card number and that of credential R1 would be the same", "invalid: its card number and that of credential R0 would be the same",
		"2 Proximity card 000-00007", "lost: write the card number as facility:FFF-NNNNN: it is larger", "2 31 00000008")
}

// TestNoRecordIsForgotten: every record has a row, is a whole loss, or is out of scope; leaving
// rows out keeps that so, and keeps every other row as it was.
func TestNoRecordIsForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "records")
		var records []map[string]string
		for range n {
			records = append(records, map[string]string{
				"holder_id": rapid.SampledFrom([]string{"", "u1", "u2", "u3", "u4", "u9"}).Draw(t, "holder"),
				"type":      rapid.SampledFrom([]string{"code", "card", "mobile_key", "fob"}).Draw(t, "type"),
				"value":     rapid.SampledFrom([]string{"", "0123", "0124", "****"}).Draw(t, "value"),
				"ends_at":   rapid.SampledFrom([]string{"", "", "2026-02-01T00:00:00Z", "2027-02-01T00:00:00Z"}).Draw(t, "end"),
			})
		}
		in := site(records...)
		if rapid.Bool().Draw(t, "scoped") {
			in.Only = map[string]bool{"u1": true, "u3": true}
		}
		m := Build(in)
		account(t, m, n)
		reasons := map[int]string{}
		for row := range m.Roster.Rows.Len() {
			if rapid.Bool().Draw(t, "leave") {
				reasons[row] = "left"
			}
		}
		less := m.Leave(reasons)
		account(t, less, n)
		for i, row := range m.RowOf {
			_, left := reasons[row]
			switch {
			case row < 0 || left:
				if less.RowOf[i] >= 0 {
					t.Fatalf("record %d came back", i)
				}
			case keyOf(m.Roster.Rows.Record(row).Cells(nil)) != keyOf(less.Roster.Rows.Record(less.RowOf[i]).Cells(nil)):
				t.Fatalf("record %d has another row", i)
			case m.Roster.Invalid != nil && m.has(row) != less.has(less.RowOf[i]):
				t.Fatalf("record %d is judged otherwise", i)
			}
		}
	})
}

func (m *Move) has(row int) bool { _, bad := m.Roster.Invalid[row]; return bad }

func account(t *rapid.T, m *Move, records int) {
	whole, last := 0, -1
	for _, l := range m.Losses {
		if l.Record < last {
			t.Fatal("the losses are not in order")
		}
		last = l.Record
		if l.Whole {
			whole++
			if m.RowOf[l.Record] >= 0 {
				t.Fatalf("record %d is lost and has a row", l.Record)
			}
		}
	}
	if m.Moved()+whole+m.OutOfScope != records {
		t.Fatalf("%d rows, %d losses and %d out of scope of %d records", m.Moved(), whole, m.OutOfScope, records)
	}
}

// TestDocumentsAreCopied: documents without a holder are copied, but not their ids, nor what names
// the account itself.
func TestDocumentsAreCopied(t *testing.T) {
	schema := reconcile.NewSchema("docs", struct {
		ID     string `csv:"type_id" roster:"key"`
		Title  string `csv:"title" roster:"managed,create,update,pairs,title"`
		Issuer string `csv:"issuer" roster:"managed,create,update,clear,local"`
		Body   string `csv:"body" roster:"managed,json,create,update"`
		Count  string `csv:"issued" roster:"info,issued"`
	}{})
	side := Side{Account: "a", Title: "Docs", Schema: schema}
	m := Build(Input{From: side, To: side, Listing: listing(schema, map[string]string{"title": "Badge", "issuer": "Example", "body": "{}", "issued": "7"}), Now: now})
	r := m.Roster.Rows.Record(0)
	if r.ID() != "" || r.Text("title") != "Badge" || r.Text("body") != "{}" || r.Text("issuer") != "" || r.Text("issued") != "" {
		t.Errorf("the row is %q", r.Cells(nil))
	}
	if len(m.Losses) != 1 || m.Losses[0].Whole || m.Losses[0].Column != "issuer" {
		t.Errorf("lost: %v", m.Losses)
	}
	if why := Refusal(side, Side{Title: "Here", Schema: here}); !strings.Contains(why, "nobody holds") {
		t.Errorf("refusal: %q", why)
	}
	if why := Refusal(Side{Title: "There", Schema: there}, Side{Title: "Here", Schema: here}); why != "" {
		t.Errorf("refusal: %q", why)
	}
}

// TestLengths: what the target is said not to take is a loss before anything is sent, even after
// its number is respelled, and the loss never shows the value.
func TestLengths(t *testing.T) {
	in := site(
		map[string]string{"holder_id": "u1", "type": "code", "value": "0123"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "0123456"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "012"},
		map[string]string{"holder_id": "u1", "type": "code", "value": "01234567"},
		map[string]string{"holder_id": "u1", "type": "card", "value": "00112233"},
		map[string]string{"holder_id": "u2", "type": "card", "value": "12"},
	)
	in.Rules.Lengths = map[string]Length{"Code": {4, 7}, "card": {10, 10}}
	hex, _ := cards.ParseFormat("hex:10")
	plain, _ := cards.ParseFormat("decimal:8")
	in.Rules.Cards = map[string]Respelling{"card": {From: plain, To: hex}}
	m := Build(in)
	want(t, m, "1 31 0123", "1 31 0123456",
		"lost: its value is shorter than the 4 to 7 characters that new accepts (migrate.lengths)",
		"lost: its value is longer than the 4 to 7 characters that new accepts (migrate.lengths)",
		"1 Proximity card 000001B669")
	if got := UnknownNames(in); got != nil {
		t.Errorf("unknown names: %+v", got)
	}
}

// TestStrangers: all names that match nothing are reported, with those that exist.
func TestStrangers(t *testing.T) {
	in := site(map[string]string{"holder_id": "u1", "type": "fob", "type_name": "Garage fob", "value": "0123"})
	in.Rules.Types = map[string]string{"CARD": "Proximity card", "garage FOB": "32", "fob": "none", "mobile_key": "id 31"}
	in.Pairs = map[string]string{"u1": "2", "u2": "2"}
	if got := UnknownNames(in); got != nil {
		t.Errorf("unknown names: %+v", got)
	}
	in.From.Named = []reconcile.Type{{ID: "fob", Names: []string{"Garage fob", "garage-fob"}}}
	in.To.Named = []reconcile.Type{{ID: "31", Names: []string{"Keypad PIN", "pin"}}}
	in.Rules.Types["garage-fob"], in.Rules.Types["code"] = "pin", "PIN"
	if got := UnknownNames(in); got != nil {
		t.Errorf("slugs are unknown: %+v", got)
	}
	delete(in.Rules.Types, "garage-fob")
	in.Rules.Types["crad"], in.Rules.Types["code"] = "31", "Proximty card"
	in.Rules.Lengths, in.Rules.Cards = map[string]Length{"crad": {4, 4}}, map[string]Respelling{"Old fob": {}}
	in.Pairs["u7"], in.Pairs["u1"] = "1", "9"
	var got []string
	for _, s := range UnknownNames(in) {
		got = append(got, s.Where+" "+s.Name+" "+s.Account)
		if len(s.Known) == 0 || s.Person != (s.Where == "the crosswalk") {
			t.Errorf("%+v", s)
		}
	}
	want := []string{"migrate.types crad old", "migrate.cards Old fob old", "migrate.lengths crad old", "migrate.types Proximty card new", "the crosswalk u7 old", "the crosswalk 9 new"}
	if !slices.Equal(got, want) {
		t.Errorf("unknown names: %q", got)
	}
	// If it is unknown which types there are, none is misspelt.
	in.To.Types, in.To.PINTypes, in.Pairs, in.Rules.Lengths, in.Rules.Cards = nil, nil, nil, nil, nil
	delete(in.Rules.Types, "crad")
	if got := UnknownNames(in); got != nil {
		t.Errorf("unknown names: %+v", got)
	}
}

func TestParseLength(t *testing.T) {
	for text, want := range map[string]Length{"4-7": {4, 7}, "5": {5, 5}, "1-64": {1, 64}} {
		if got, err := ParseLength(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "7-4", "0-4", "4-", "-4", "4..7", "4 - 7", "04", "4-07", "+4", "99999999999999999999"} {
		if got, err := ParseLength(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}
