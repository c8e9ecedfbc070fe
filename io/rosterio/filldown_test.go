package rosterio_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

func TestFillDown(t *testing.T) {
	columns := map[string]string{
		"Staff ID": "holder_ref", "E-Mail": "holder_email", "Card #": "value:card",
		"PIN": "value:pin",
	}
	fill := []string{"staff id", "Name", "holder_email"}
	const header = "Staff ID,Name,E-Mail,Card #,PIN"
	const lacks = "the row looks like a second credential of the holder above (row "
	tests := []struct {
		name  string
		lines []cellio.Line
		fill  []string
		want  []string
		long  bool
		// problem is how the message of the only problem begins.
		problem string
	}{
		{
			name: "a second card is its person's", fill: fill,
			lines: rows(header, "7,Ann,ann@example.com,01,0420", ",,,02,", ",,,03,", "8,Bo,bo@example.com,04,"),
			want: []string{
				"D2 7 card=01 ann@example.com", "E2 7 pin=0420 ann@example.com",
				"D3 7 card=02 ann@example.com", "D4 7 card=03 ann@example.com", "D5 8 card=04 bo@example.com",
			},
		},
		{
			name:  "never guessed",
			lines: rows(header, "7,Ann,ann@example.com,01,0420", ",,,02,0421", "8,Bo,bo@example.com,04,"),
			want: []string{
				"D2 7 card=01 ann@example.com", "E2 7 pin=0420 ann@example.com", "D3  card=02 invalid",
				"E3  pin=0421 invalid", "D4 8 card=04 bo@example.com",
			},
			problem: lacks + "2): it has a value",
		},
		{
			name: "nobody gets the address of another", fill: fill,
			lines: rows(header, "7,Ann,ann@example.com,01,", "8,,,02,", ",,,03,"),
			want:  []string{"D2 7 card=01 ann@example.com", "D3 8 card=02", "D4 8 card=03"},
		},
		{
			name: "a name of their own is another person", fill: fill,
			lines: rows(header, "7,Ann,ann@example.com,01,", ",Bo,,02,"),
			want:  []string{"D2 7 card=01 ann@example.com", "D3  card=02"},
		},
		{
			name: "so it is where the names are not named", fill: []string{"Staff ID", "E-Mail"},
			lines: rows(header, "7,Ann,ann@example.com,01,", ",Bo,,02,"),
			want:  []string{"D2 7 card=01 ann@example.com", "D3  card=02"},
		},
		{
			name: "not over a blank line", fill: fill,
			lines: rows(header, "7,Ann,ann@example.com,01,", "", ",,,02000200,", "8,Bo,bo@example.com,04,"),
			want:  []string{"D2 7 card=01 ann@example.com", "D4  card=02000200", "D5 8 card=04 bo@example.com"},
		},
		{
			name: "not over a header", fill: fill,
			lines: rows(header, "7,Ann,ann@example.com,01,", header, ",,,02000200,"),
			want:  []string{"D2 7 card=01 ann@example.com", "D4  card=02000200"}, problem: "the line repeats the header",
		},
		{
			name:  "a line without a value is no second card",
			lines: rows("Staff ID,Name,E-Mail,Card #,PIN,Remark", "7,Ann,ann@example.com,01,,", ",,,,,left in May"),
			want:  []string{"D2 7 card=01 ann@example.com"}, problem: `the headers "Name" and "Remark" are not known columns`,
		},
		{
			name: "a name that fits none", fill: []string{"Personnel"}, lines: rows(header, "7,Ann,ann@example.com,01,"),
			want:    []string{"D2 7 card=01 ann@example.com"},
			problem: `fill_down names the header "Personnel", but the table does not have it`,
		},
		{
			name: "never a value", fill: []string{"PIN"}, lines: rows(header, "7,Ann,ann@example.com,01,"),
			want:    []string{"D2 7 card=01 ann@example.com"},
			problem: `fill_down names "PIN", but a value is never taken from the row above`,
		},
		{
			name: "nothing in a run's failed rows", fill: []string{"Personnel"},
			lines: rows("holder_ref,holder_email,type,value,keyroster_reason", "7,,card,01,x", ",,card,02,x"),
			want:  []string{"2 7 card=01", "3  card=02"},
		},
		{
			name: "a second card of one who leaves says so itself", fill: fill,
			lines: rows(header+",state", "7,Ann,ann@example.com,01,,absent", ",,,02,,", ",,,03,,absent", "8,Bo,bo@example.com,04,,",
				",,,05,,"),
			want: []string{
				"D2 7 card=01 absent ann@example.com", "D3 7 card=02 invalid ann@example.com",
				"D4 7 card=03 absent ann@example.com",
				"D5 8 card=04 bo@example.com", "D6 8 card=05 bo@example.com",
			},
			problem: "the state is blank, which means present, but row 2 of the same holder is absent",
		},
		{
			name: "so it is in a long table", long: true, fill: []string{"holder_ref"},
			lines:   rows("holder_ref,type,value,state", "7,card,01,Absent", ",pin,0420,", "8,card,04,"),
			want:    []string{"2 7 card=01 absent", "3 7 pin=0420 invalid", "4 8 card=04"},
			problem: "the state is blank, which means present, but row 2 of the same holder is absent",
		},
		{
			name: "a long table, its types too", long: true, fill: []string{"holder_ref", "type"},
			lines: rows("holder_ref,type,value", "7,card,01", ",,02", ",pin,0420", "8,,04"),
			want:  []string{"2 7 card=01", "3 7 card=02", "4 7 pin=0420", "5 8 pin=04"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mapped := columns
			if tt.long {
				mapped = nil
			}
			roster := decodeMapped(t, &memory{lines: tt.lines}, mapped, tt.fill, rosterio.Options{})
			var got []string
			for n := range roster.Rows.Len() {
				got = append(got, strings.TrimSpace(shownRow(roster, n)+" "+roster.Rows.Record(n).Text("holder_email")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			problems := slices.DeleteFunc(roster.Problems, func(p reconcile.Problem) bool {
				return strings.HasPrefix(p.Message, `the header "Name"`)
			})
			if len(problems) > 1 || (len(problems) == 1) != (tt.problem != "") ||
				len(problems) == 1 && !strings.HasPrefix(problems[0].Message, tt.problem) {
				t.Errorf("problems: %v", problems)
			}
		})
	}
}

// TestFillDownOfNamesInParts: a surname or first name of its own marks another person, as a whole
// name does, in every language; if both are blank, the card belongs to the person above.
func TestFillDownOfNamesInParts(t *testing.T) {
	for _, names := range []string{
		"Surname,First name", "Nachname,Vorname", "Prénom,Nom de famille", "Apellidos,Nombre", "Cognome,Nome",
		"Achternaam,Voornaam", "Apelido,Nome próprio", "Efternamn,Förnamn", "Efternavn,Fornavn", "Etternavn,Fornavn",
		"Sukunimi,Etunimi", "Nazwisko,Imię",
	} {
		last, first, _ := strings.Cut(names, ",")
		columns := map[string]string{"No": "holder_ref", last: "-", first: "-", "Card": "value:card"}
		for row, want := range map[string]string{
			",Other,Bo,02": "D3  card=02", ",Other,,02": "D3  card=02", ",,Bo,02": "D3  card=02", ",,,02": "D3 7 card=02",
		} {
			lines := rows("No,"+names+",Card", "7,One,Ann,01", row)
			roster := decodeMapped(t, &memory{lines: lines}, columns, []string{"No"}, rosterio.Options{})
			if got := shownRow(roster, 1); got != want {
				t.Errorf("%s, %q: %s, want %s", names, row, got, want)
			}
			bare := decodeMapped(t, &memory{lines: lines}, columns, nil, rosterio.Options{})
			for _, p := range bare.Problems {
				if strings.Contains(p.Remedy, "fill_down") && row != ",,,02" {
					t.Errorf("%s, %q: %s", names, row, p.Remedy)
				}
			}
		}
	}
}

// TestFillDownElsewhere: fill_down is about the customer's list; an export of the account has ids
// and other headers, and is a roster in which nothing is filled. A list that lacks one of the
// headers is refused, since what tells persons apart may have another name there.
func TestFillDownElsewhere(t *testing.T) {
	columns := map[string]string{"Staff no": "-", "Person": "holder_ref"}
	fill := []string{"Person", "Staff no"}
	export := rows("credential_id,holder_ref,type,value", "c1,7,card,01", "c2,,card,02")
	roster := decodeMapped(t, &memory{lines: export}, columns, fill, rosterio.Options{})
	if len(roster.Problems) > 0 || roster.Rows.Len() != 2 || roster.Rows.Record(1).Text("holder_ref") != "" {
		t.Errorf("an export: %v, %s", roster.Problems, shownRow(roster, 1))
	}
	list := rows("Person,type,value", "7,card,01", ",card,02")
	roster = decodeMapped(t, &memory{lines: list}, columns, fill, rosterio.Options{})
	if len(roster.FileErrors) != 1 || roster.Problems[roster.FileErrors[0]].Kind != rosterio.KindFillDown {
		t.Errorf("a list: %v", roster.Problems)
	}
}

// TestFillDownRemedy: the setting that allows filling down can be pasted.
func TestFillDownRemedy(t *testing.T) {
	columns := map[string]string{"Staff-No: new": "holder_ref", "E-Mail Adresse": "holder_email"}
	roster := decodeMapped(t, &memory{lines: rows("Staff-No: new,E-Mail Adresse,type,value",
		"7,a@example.com,card,01", ",,card,02")},
		columns, nil, rosterio.Options{})
	want := `fill them in, or set this in the configuration: fill_down: ["Staff-No: new", E-Mail Adresse]`
	if len(roster.Problems) != 1 || roster.Problems[0].Remedy != want || roster.Problems[0].Place() != "r, line 3" {
		t.Errorf("problems: %v", roster.Problems)
	}
	if roster.Unlocated != 1 {
		t.Errorf("%d rows are about nobody, not 1", roster.Unlocated)
	}
}
