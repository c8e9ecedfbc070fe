package rosterio_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
)

func TestBind(t *testing.T) {
	tests := []struct {
		name    string
		lines   []string
		columns map[string]string
		line    int
		managed []string
		want    []string
		unknown []string
	}{
		{name: "canonical", lines: []string{"credential_id,value,state", "c1,12,"}, line: 1, managed: []string{"value"}},
		{name: "case, spaces, punctuation, invisible", lines: []string{"Credential ID,\u00a0VAL\u200bUE ,Ends-At.,Sta\u00adte"}, line: 1, managed: []string{"value", "ends_at"}},
		{name: "aliases", lines: []string{"Person ID,Access Method,Code"}, line: 1, managed: []string{"value"}},
		{name: "decomposed letters of the customer's own", lines: []string{"credential_id,Cle\u0301"}, columns: map[string]string{"cl\u00e9": "value"}, line: 1, managed: []string{"value"}},
		{name: "below title lines", lines: []string{"Badges of the north site", "", "State:,all", "credential_id,value", "c1,1"}, line: 4, managed: []string{"value"}},
		{name: "customer's map wins", lines: []string{"credential_id,Badge No,note"}, columns: map[string]string{"badge no.": "Value", "note": "holder_ref"}, line: 1, managed: []string{"value"}},
		{name: "customer ignores a column", lines: []string{"credential_id,value,Site"}, columns: map[string]string{"Site": "-"}, line: 1, managed: []string{"value"}},
		{name: "columns of exports", lines: []string{"credential_id,value,status,Status"}, line: 1, managed: []string{"value"}},
		{name: "state alone decides", lines: []string{"credential_id,state"}, line: 1},
		{name: "holder and type identify", lines: []string{"holder_email,type,value"}, line: 1, managed: []string{"value"}},
		{name: "two headers for one column", lines: []string{"credential_id,Value,CODE"}, line: 1, managed: []string{"value"}, want: []string{"1C1 value duplicate_column error"}},
		{name: "mapped beside canonical", lines: []string{"credential_id,value,Badge"}, columns: map[string]string{"Badge": "value"}, line: 1, managed: []string{"value"}, want: []string{"1C1 value duplicate_column error"}},
		{name: "misspelt", lines: []string{"credential_id,valeu,state"}, line: 1, want: []string{"1B1 valeu misspelt_column error"}, unknown: []string{"valeu"}},
		{
			name: "misspelt and nothing else managed", lines: []string{"credential_id,valeu", "c1,1234"}, line: 1,
			want: []string{"1B1 valeu misspelt_column error", "1 nothing_managed error"}, unknown: []string{"valeu"},
		},
		{
			name: "bare ids", lines: []string{"ID,system_id,holder_id,type,value"}, line: 1, managed: []string{"value"},
			want: []string{"1A1 ID ambiguous_column warning", "1B1 system_id ambiguous_column warning"}, unknown: []string{"ID", "system_id"},
		},
		{
			name: "unknown", lines: []string{"credential_id,value,Department,Cost centre"}, line: 1, managed: []string{"value"},
			want: []string{"1C1 unknown_column warning"}, unknown: []string{"Department", "Cost centre"},
		},
		{name: "nothing managed", lines: []string{"credential_id,holder_id"}, line: 1, want: []string{"1 nothing_managed error"}},
		{name: "no key", lines: []string{"holder_id,value"}, line: 1, managed: []string{"value"}, want: []string{"1 no_key error"}},
		{name: "type without holder", lines: []string{"type,value"}, line: 1, managed: []string{"value"}, want: []string{"1 no_key error"}},
		{
			name: "unknown target", lines: []string{"credential_id,value,Badge"}, columns: map[string]string{"Badge": "valu"}, line: 1, managed: []string{"value"},
			want: []string{"0 Badge column_map error", "1C1 Badge unknown_column warning"}, unknown: []string{"Badge"},
		},
		{
			name: "map that nothing uses", lines: []string{"credential_id,value"}, columns: map[string]string{"Staff": "holder_ref"}, line: 1, managed: []string{"value"},
			want: []string{"1 Staff column_map warning"},
		},
		{name: "map that is not needed", lines: []string{"credential_id,value"}, columns: map[string]string{"Badge": "value"}, line: 1, managed: []string{"value"}},
		{name: "no header", lines: []string{"c1,4711", "c2,0815"}, line: 1, want: []string{"1 no_known_column error"}},
		{
			name: "nothing but misspelt", lines: []string{"credentialid2,valve"}, line: 1,
			want: []string{
				"1A1 credentialid2 misspelt_column error", "1B1 valve misspelt_column error",
				"1 no_known_column error",
			}, unknown: []string{"credentialid2", "valve"},
		},
		{name: "Email alone", lines: []string{"Email,type,value"}, line: 1, managed: []string{"value"}},
		{
			name: "Email beside an address", lines: []string{"credential_id,E-Mail,value,holder_email"}, line: 1,
			managed: []string{"value"},
			want:    []string{"1B1 E-Mail unknown_column warning"}, unknown: []string{"E-Mail"},
		},
		{
			name: "two addresses", lines: []string{"credential_id,E-Mail,value,Work e-mail"}, line: 1,
			managed: []string{"value"},
			want:    []string{"1B1 unknown_column warning"}, unknown: []string{"E-Mail", "Work e-mail"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := bind(t, &memory{lines: rows(tt.lines...)}, tt.columns)
			if diff := cmp.Diff(tt.want, briefs(h.Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			var managed []string
			for i, c := range badges().Columns {
				if h.Managed.Has(i) {
					managed = append(managed, c.Name)
				}
			}
			if h.Line != tt.line || !cmp.Equal(managed, tt.managed) || !cmp.Equal(h.Unknown, tt.unknown) {
				t.Errorf("line %d, managed %q, unknown %q; want %d, %q, %q", h.Line, managed, h.Unknown, tt.line, tt.managed, tt.unknown)
			}
		})
	}
}

func TestBindSaysWhatToPaste(t *testing.T) {
	for header, want := range map[string][]string{
		"ID,system_id,holder_id,type,valeu,state": {
			`columns: {"ID": credential_id}`, `columns: {"system_id": holder_ref}`, `columns: {"valeu": value}`,
		},
		"Employee No,type,Card number,Shoe size": {
			`columns: {"Employee No": holder_ref, "Card number": value, "Shoe size": "-"}`,
		},
		"holder_email,E-Mail Address,type,value": {
			`to ignore it, add this to the configuration: columns: {"E-Mail Address": "-"}`,
		},
		"credential_id,value,E-Mail Address": {
			`if it is the holder_email, add this to the configuration: columns: ` +
				`{"E-Mail Address": holder_email}`,
		},
		"credential_id,value,Site,Floor,Phone,Floor": {
			`to ignore them, add this to the configuration: columns: {"Site": "-", "Floor": "-", "Phone": "-"}`,
		},
	} {
		h := bind(t, &memory{lines: rows(header)}, nil)
		for i, want := range want {
			if got := h.Problems[i].Advice(); !strings.Contains(got, want) {
				t.Errorf("%s: advice %q, want it to have %q", header, got, want)
			}
		}
	}
	h := bind(t, &memory{lines: rows("credential_id,valeu")}, nil)
	if got := h.Problems[0].Likely; got != "value" {
		t.Errorf("likely %q, want value", got)
	}
	h = bind(t, &memory{lines: rows("credential_id,value")}, map[string]string{"Badge": "holder_emial"})
	if got := h.Problems[0].Likely; got != "holder_email" {
		t.Errorf("likely target %q, want holder_email", got)
	}
}

// TestBindKeepsValuesToItself: a file without a header begins with values, which must not be
// repeated.
func TestBindKeepsValuesToItself(t *testing.T) {
	for _, lines := range [][]string{
		{"c-1001,30834687", "c-1002,30834688"},
		{"c-1001,Badge,Name,30834687"},
		{"Staff ID,c-1001@example.com,Badge"},
		{"c-1001,secret,308346 kim"},
	} {
		h := bind(t, &memory{lines: rows(lines...)}, nil)
		for _, p := range h.Problems {
			if text := p.String() + p.Settings; strings.Contains(text, "308346") || strings.Contains(text, "c-100") {
				t.Errorf("problem repeats a cell: %s", p)
			}
		}
	}
}

func TestBindOfNothing(t *testing.T) {
	_, err := rosterio.Bind(&memory{}, badges(), rosterio.BindOptions{File: "r.csv"})
	if e, ok := errors.AsType[*cellio.InputError](err); !ok || e.Kind != cellio.KindEmptyFile {
		t.Errorf("Bind of an empty table = %v, want an InputError of kind empty_file", err)
	}
	broken := &cellio.InputError{File: "r.csv", Line: 1, Kind: cellio.KindDamaged, Message: "is cut off"}
	if _, err := rosterio.Bind(&memory{err: broken}, badges(), rosterio.BindOptions{}); err != error(broken) {
		t.Errorf("Bind of a damaged table = %v, want the table's error", err)
	}
}

func TestInputError(t *testing.T) {
	tests := []struct {
		err  cellio.InputError
		want string
	}{
		{cellio.InputError{File: "a.xlsx", Sheet: "Doors", Line: 7, Cell: "C7", Message: "is cut off", Remedy: "export it again"}, `a.xlsx, sheet "Doors", cell C7: is cut off; export it again`},
		{cellio.InputError{File: "a.csv", Line: 7, Message: "is cut off"}, "a.csv, line 7: is cut off"},
		{cellio.InputError{Message: "no roster is given"}, "no roster is given"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("Error() = %q, want %q", got, tt.want)
		}
	}
}

// FuzzBind: no header causes a panic, none is bound twice, and none is both known and unknown.
func FuzzBind(f *testing.F) {
	for _, seed := range []string{"credential_id,value", "ID,system_id", "valeu,Value,CODE", ",,,", "#,№,\u200b", "e\u0301,é", "\xff\xfe,value"} {
		f.Add(seed, "Badge No", "value")
	}
	f.Fuzz(func(t *testing.T, header, mapped, target string) {
		lines := rows(header)
		h, err := rosterio.Bind(&memory{lines: lines}, badges(), rosterio.BindOptions{File: "r.csv", Columns: map[string]string{mapped: target}})
		if err != nil {
			if len(lines) > 0 {
				t.Fatalf("Bind: %v", err)
			}
			return
		}
		if !h.Known && h.Managed != 0 {
			t.Errorf("unknown header manages columns: %q", header)
		}
		if h.Managed&^h.Present != 0 {
			t.Errorf("managed columns that are not present: %q", header)
		}
		roster := decode(t, &memory{lines: append(lines, text(9, "a", "b", "c"))}, nil)
		if len(roster.Problems) == 0 && !h.Known {
			t.Errorf("header %q: neither known nor reported", header)
		}
	})
}
