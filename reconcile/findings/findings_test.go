package findings

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/reconcile"

	_ "keyroster/reconcile/fixedseed"
)

// badge has all columns that any rule looks at.
type badge struct {
	ID       string           `csv:"credential_id" roster:"key"`
	HolderID string           `csv:"holder_id" roster:"match,pairs,holder"`
	System   string           `csv:"acs_system_id" roster:"match,pairs,system"`
	Type     string           `csv:"type" roster:"match,pairs,type"`
	Value    reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	EndsAt   string           `csv:"ends_at" roster:"managed,time,create,update,end"`
	Name     string           `csv:"holder_name" roster:"info,holder-name"`
	TypeName string           `csv:"type_name" roster:"info,type-name"`
}

// pass has no holder, no value and no end.
type pass struct {
	ID    string `csv:"credential_type_id" roster:"key"`
	Title string `csv:"title" roster:"managed,create,update,pairs,title"`
}

var schema = reconcile.NewSchema("demo", badge{})

const always = "2030-01-01T00:00:00Z"

// record is id, holder, type, value and, if given, end and system.
type record []string

func set(records ...record) *reconcile.Set {
	s := reconcile.NewSet(schema, len(records))
	for _, r := range records {
		end, system := always, ""
		if len(r) > 4 {
			end = r[4]
		}
		if len(r) > 5 {
			system = r[5]
		}
		cells := make([]reconcile.Cell, len(schema.Columns))
		for col, text := range []string{r[0], r[1], system, r[2], "", end} {
			cells[col] = reconcile.TextCell(text)
		}
		cells[schema.Value()] = reconcile.RecordCell(r[3], true)
		s.Add(cells)
	}
	return s
}

var now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func TestRules(t *testing.T) {
	people := reconcile.NewHolders(
		reconcile.Holder{ID: "1", Name: "Person One"}, reconcile.Holder{ID: "2", Disabled: true},
	)
	for _, c := range []struct {
		name    string
		records []record
		options Options
		// want holds each finding as its rule and ids.
		want []string
	}{
		{"nothing", nil, Options{}, nil},
		{"nothing wrong", []record{{"a", "1", "card", "100"}, {"b", "2", "card", "200"}, {"c", "1", "pin", "739155"}}, Options{}, nil},
		{"the same value twice", []record{{"a", "1", "card", "100"}, {"b", "2", "card", "200"}, {"c", "2", "pin", "100"}}, Options{}, []string{"duplicate_value a c"}},
		{"the same value in two systems", []record{{"a", "1", "card", "100", always, "s1"}, {"b", "2", "card", "100", always, "s2"}}, Options{}, nil},
		{"values that nobody can read", []record{{"a", "1", "card", "***"}, {"b", "2", "card", "***"}, {"c", "3", "card", ""}, {"d", "4", "card", ""}}, Options{}, nil},
		{
			"a PIN of many",
			[]record{{"a", "1", "pin", "7391"}, {"b", "2", "pin", "7391"}, {"c", "3", "pin", "7391"}, {"d", "4", "pin", "7391"}, {"e", "5", "pin", "7391"}},
			Options{},
			[]string{"shared_pin a b c d e"},
		},
		{
			"a card number of many is no PIN",
			[]record{{"a", "1", "x", "7391"}, {"b", "2", "x", "7391"}, {"c", "3", "x", "7391"}, {"d", "4", "x", "7391"}, {"e", "5", "x", "7391"}},
			Options{},
			[]string{"duplicate_value a b c d e"},
		},
		{"leading zeros", []record{{"a", "1", "card", "00123"}, {"b", "2", "card", "123"}}, Options{}, []string{"other_spelling a b"}},
		{"case and separators", []record{{"a", "1", "card", "AB:CD-12"}, {"b", "2", "card", "0abcd12"}}, Options{}, []string{"other_spelling a b"}},
		{
			"the same twice, and in another spelling",
			[]record{{"a", "1", "card", "0123"}, {"b", "2", "card", "123"}, {"c", "3", "card", "123"}},
			Options{},
			[]string{"duplicate_value b c", "other_spelling a b c"},
		},
		{"PINs in other spellings are others", []record{{"a", "1", "pin", "07391"}, {"b", "2", "pin", "7391"}}, Options{}, nil},
		{"zeros alone", []record{{"a", "1", "card", "0"}, {"b", "2", "card", "00"}}, Options{}, nil},
		{"weak PINs", []record{{"a", "1", "pin", "1234"}, {"b", "2", "card", "1234567"}}, Options{}, []string{"weak_pin a"}},
		{"PIN types that the provider names", []record{{"a", "1", "31", "1234"}, {"b", "2", "pin", "4321"}}, Options{PINTypes: map[string]bool{"31": true}}, []string{"weak_pin a"}},
		{"several of a type", []record{{"a", "1", "card", "1"}, {"b", "1", "card", "2"}, {"c", "1", "fob", "3"}}, Options{}, []string{"several_of_type a b"}},
		{"several without a holder", []record{{"a", "", "card", "1"}, {"b", "", "card", "2"}}, Options{}, nil},
		{
			"holders",
			[]record{{"a", "1", "card", "1"}, {"b", "2", "card", "2"}, {"c", "3", "card", "3"}, {"d", "", "card", "4"}},
			Options{Holders: people},
			[]string{"disabled_holder b", "unknown_holder c", "unknown_holder d"},
		},
		{"nobody read the holders", []record{{"a", "9", "card", "1"}}, Options{}, nil},
		{
			"ends",
			[]record{{"a", "1", "card", "1", "2026-03-01T00:00:00Z"}, {"b", "2", "card", "2", "2026-03-01T00:00:01Z"}, {"c", "3", "card", "3", ""}},
			Options{},
			[]string{"expired a", "never_expires c"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.options.Now = now
			var got []string
			for _, f := range Find(set(c.records...), c.options) {
				got = append(got, f.Rule+" "+strings.Join(f.Credentials, " "))
				if !strings.HasSuffix(f.Sentence, ".") || f.Holders == nil || f.Values == nil {
					t.Errorf("%+v is no whole finding", f)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	records := set(record{"a", "1", "card", "0010000001"}, record{"b", "2", "card", "0010000001"})
	found := Find(records, Options{
		Now:     now,
		Holders: reconcile.NewHolders(reconcile.Holder{ID: "1", Name: "Person One"}, reconcile.Holder{ID: "2"}),
		Mask:    reconcile.NewMasker(reconcile.ShowLast2, []string{"card"}),
	})
	want := []Finding{{
		Rule: DuplicateValue, Sentence: "2 credentials have the same value: those of Person One (1) and holder 2.",
		Credentials: []string{"a", "b"}, Holders: []string{"1", "2"}, Values: []string{"••••01"},
	}}
	if d := cmp.Diff(want, found); d != "" {
		t.Error(d)
	}
}

func TestWeak(t *testing.T) {
	for pin, want := range map[string]bool{
		"1234": true, "4321": true, "7890": true, "0987": true, "012": true, "9012": true,
		"0000": true, "1212": true, "123123": true, "999999": true, "1221": false, "112": false,
		"1900": true, "1987": true, "2026": true, "2126": false, "19870": false, "1899": false,
		"7391": false, "1235": false, "739155": false, "12": true, "": false, "12a4": false, "aaaa": false,
	} {
		if isWeak(pin) != want {
			t.Errorf("weak(%q) = %v", pin, !want)
		}
	}
}

func TestIsPINType(t *testing.T) {
	for _, c := range []struct {
		kind, name string
		want       bool
	}{
		{"31", "Keypad PIN", true},
		{"code", "", true},
		{"pin", "", true},
		{"32", "Proximity card", false},
		{"7", "Pinboard card", false},
		{"mobile_key", "", false},
		{"7", "Door-code (east)", true},
		{"", "", false},
	} {
		if IsPINType(c.kind, c.name) != c.want {
			t.Errorf("IsPINType(%q, %q) = %v", c.kind, c.name, !c.want)
		}
	}
}

// TestPoorSchema: rules about something that a provider's credentials do not have find nothing, and
// are not said to have been applied.
func TestPoorSchema(t *testing.T) {
	poor := reconcile.NewSchema("demo", pass{})
	records := reconcile.NewSet(poor, 1)
	records.Add([]reconcile.Cell{reconcile.TextCell("a"), reconcile.TextCell("Staff")})
	o := Options{Now: now, Holders: reconcile.NewHolders()}
	if found := Find(records, o); len(found) > 0 {
		t.Errorf("found %+v", found)
	}
	for _, rule := range Rules {
		if Applies(rule.ID, poor, o) {
			t.Errorf("%s applies", rule.ID)
		}
		if !Applies(rule.ID, schema, o) {
			t.Errorf("%s does not apply to all that there can be", rule.ID)
		}
	}
	if Applies(UnknownHolder, schema, Options{}) {
		t.Error("holders whom nobody read are looked for")
	}
}

// TestLaws: whatever the records, no finding contains a value, each names records that exist and
// its own rule, and none depends on the order of the records.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SampledFrom([]string{"48160925", "0048160925", "9182736455", "7391620584", "83619", "***", ""})
		n := rapid.IntRange(0, 12).Draw(t, "records")
		var records []record
		for i := range n {
			records = append(records, record{
				fmt.Sprintf("id-%c", 'a'+i), rapid.SampledFrom([]string{"", "h-one", "h-two", "h-six"}).Draw(t, "holder"),
				rapid.SampledFrom([]string{"card", "pin"}).Draw(t, "type"), value.Draw(t, "value"),
				rapid.SampledFrom([]string{"", always, "2020-01-01T00:00:00Z"}).Draw(t, "end"), rapid.SampledFrom([]string{"", "s"}).Draw(t, "system"),
			})
		}
		o := Options{Now: now, Holders: reconcile.NewHolders(
			reconcile.Holder{ID: "h-one"}, reconcile.Holder{ID: "h-two", Disabled: true},
		)}
		found := Find(set(records...), o)
		for _, f := range found {
			text := fmt.Sprintf("%+v", f)
			for _, r := range records {
				if v := r[3]; v != "" && v != "***" && strings.Contains(text, v) {
					t.Fatalf("%s holds the value %s", text, v)
				}
			}
			for _, id := range f.Credentials {
				if !slices.ContainsFunc(records, func(r record) bool { return r[0] == id }) {
					t.Fatalf("%s names a record that is not there", text)
				}
			}
			if !slices.ContainsFunc(Rules, func(r Rule) bool { return r.ID == f.Rule }) {
				t.Fatalf("%s has no rule", text)
			}
		}
		slices.Reverse(records)
		if a, b := summary(found), summary(Find(set(records...), o)); !slices.Equal(a, b) {
			t.Fatalf("in another order: %q, not %q", b, a)
		}
	})
}

func summary(found []Finding) []string {
	var out []string
	for _, f := range found {
		ids := slices.Clone(f.Credentials)
		slices.Sort(ids)
		out = append(out, f.Rule+" "+strings.Join(ids, " "))
	}
	slices.Sort(out)
	return out
}

func BenchmarkFind(b *testing.B) {
	var records []record
	for i := range 100_000 {
		records = append(records, record{fmt.Sprint("c", i), fmt.Sprint(i / 2), []string{"card", "pin"}[i%2], fmt.Sprint(10_000_000 + i*7)})
	}
	s := set(records...)
	b.ReportAllocs()
	for b.Loop() {
		Find(s, Options{Now: now})
	}
}
