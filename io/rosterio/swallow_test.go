package rosterio_test

import (
	"fmt"
	"strings"
	"testing"

	"keyroster/io/rosterio"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/csvio"
	"keyroster/reconcile"
)

// decodeCSV reads the text of a CSV file.
func decodeCSV(t testing.TB, file string) *reconcile.Roster {
	t.Helper()
	table, err := csvio.Open(strings.NewReader(file), "r.csv")
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, table, nil)
}

// placed returns the problems of some kinds with the lines that they name.
func placed(roster *reconcile.Roster, kinds ...string) []string {
	var all []string
	for _, p := range roster.Problems {
		for _, kind := range kinds {
			if p.Kind == kind {
				all = append(all, strings.TrimSpace(fmt.Sprintf("%d-%d %s", p.Line, max(p.Line, p.LastLine), p.Severity)))
			}
		}
	}
	return all
}

// joined returns lines in the dialect of a test, with its separators and line ends.
func joined(dialect string, lines ...string) string {
	text := strings.Join(lines, "\n") + "\n"
	switch dialect {
	case "semicolons":
		return strings.ReplaceAll(text, ",", ";")
	case "tabs":
		return strings.ReplaceAll(text, ",", "\t")
	case "CRLF":
		return strings.ReplaceAll(text, "\n", "\r\n")
	case "CR":
		return strings.ReplaceAll(text, "\n", "\r")
	case "apostrophes":
		lines := strings.SplitN(strings.ReplaceAll(text, `"`, `'`), "\n", 2)
		return "'" + strings.ReplaceAll(lines[0], ",", "','") + "'\n" + lines[1]
	}
	return text
}

var separations = []string{"commas", "semicolons", "tabs", "CRLF", "CR", "apostrophes"}

// TestSwallowedRows: stray quotes that turn rows into the text of a cell are found, wherever they
// are.
func TestSwallowedRows(t *testing.T) {
	rows := []string{
		"holder_email,type,value,remark,state", "u1@example.com,card,10001111,,", "u2@example.com,card,10002222,,", "u3@example.com,card,10003333,,",
		"u4@example.com,card,10004444,,", "u5@example.com,card,10005555,,", "u6@example.com,card,10006666,,absent", "u7@example.com,card,10007777,,", "u8@example.com,card,10008888,,",
	}
	tests := []struct {
		name string
		// lines replaces the texts of rows, by their number.
		lines map[int]string
		want  string
	}{
		{"between two", map[int]string{5: `u4@example.com,card,10004444,"A wing,`, 8: `u7@example.com,card,10007777,door 12",`}, "5-8 error"},
		{"a revocation", map[int]string{6: `u5@example.com,card,10005555,"A wing,`, 8: `u7@example.com,card,10007777,door 12",`}, "6-8 error"},
		{"a quote within", map[int]string{5: `u4@example.com,card,10004444,",`, 6: `u5@example.com,wallet,,""A wing`, 7: "12 High Street", 8: `London",`}, "5-8 error"},
		{"one line", map[int]string{6: `u5@example.com,card,10005555,"A wing,`, 7: `u6@example.com,card,10006666,door 12",absent`}, "6-7 error"},
		{"the first column", map[int]string{5: `"u4@example.com,card,10004444,,`, 8: `u7@example.com",card,10007777,,`}, "5-8 error"},
		{"the first column, one line", map[int]string{6: `"u5@example.com,card,10005555,,`, 7: `u6@example.com",card,10006666,,absent`}, "6-7 error"},
		{"the type", map[int]string{5: `u4@example.com,"card,10004444,,`, 7: `u6@example.com,card",10006666,,absent`}, "5-7 error"},
		{"the value", map[int]string{5: `u4@example.com,card,"10004444,,`, 7: `u6@example.com,card,10006666",,absent`}, "5-7 error"},
		{"the last column", map[int]string{5: `u4@example.com,card,10004444,,"present`, 7: `u6@example.com,card,10006666,,absent"`}, "5-7 error"},
		{"in different columns", map[int]string{5: `u4@example.com,card,10004444,"A wing,`, 7: `u6@example.com,card,"10006666",,absent`}, ""},
		{"rows of other words", map[int]string{5: `u4@example.com,card,10004444,"A wing,`, 6: `u5@example.com,tag,lost,,`, 7: `u6@example.com,tag,?,door",`}, "5-7 error"},
		{"short rows", map[int]string{5: `u4@example.com,card,10004444,"A wing,`, 6: `u5@example.com,card,10005555`, 7: `,,,",`}, "5-7 error"},
		{"the header", map[int]string{1: `"Badges`, 2: `holder_email,type,value,remark,state`, 3: `u2@example.com,card,10002222,"`, 4: "holder_email,type,value,remark,state"}, "1-3 error"},
		{"in the header", map[int]string{1: `holder_email,type,value,"remark,state`, 3: `u2@example.com,card,10002222,remark",state`}, "1-3 error"},
	}
	for _, tt := range tests {
		for _, dialect := range separations {
			if dialect == "apostrophes" && tt.lines[1] != "" {
				continue
			}
			t.Run(tt.name+", "+dialect, func(t *testing.T) {
				file := append([]string(nil), rows...)
				for n, text := range tt.lines {
					file[n-1] = text
				}
				table, err := csvio.Open(strings.NewReader(joined(dialect, file...)), "r.csv")
				if err != nil {
					t.Fatal(err)
				}
				if tt.want == "" {
					if _, err := drain(table); err == nil {
						t.Error("a file with a quote out of place is read")
					}
					return
				}
				roster := decode(t, table, nil)
				if diff := cmp.Diff([]string{tt.want}, placed(roster, rosterio.KindSwallowedRows)); diff != "" {
					t.Errorf("(-want +got):\n%s\n%v", diff, roster.Problems)
				}
				if len(roster.FileErrors) == 0 {
					t.Error("the file could be acted on")
				}
			})
		}
	}
}

func drain(table cellio.Table) (n int, err error) {
	for {
		if _, err := table.Next(); err != nil {
			if err.Error() == "EOF" {
				return n, nil
			}
			return n, err
		}
		n++
	}
}

// TestSwallowedRowsOfNarrowTables: a table of two columns has few separators, so the kinds of its
// cells decide.
func TestSwallowedRowsOfNarrowTables(t *testing.T) {
	for name, file := range map[string]string{
		"id and value": "credential_id,value\nc1,1111\nc2,\"2222\nc3,3333\nc4,4444\"\nc5,5555\n",
		"id and state": "credential_id,state\n123,present\n124,\"present\n125,absent\n126,present\"\n127,\n",
		"id and note":  "credential_id,note\nc1,a\nc2,\"b\nc3,c\nc4,d\"\nc5,\n",
	} {
		if diff := cmp.Diff([]string{"3-5 error"}, placed(decodeCSV(t, file), rosterio.KindSwallowedRows)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestLegalLineBreaks: line breaks are legal in texts such as addresses, remarks, JSON and
// drawings.
func TestLegalLineBreaks(t *testing.T) {
	const svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\">\n<path d=\"M0,0 L10,10\"/>\n<polygon points=\"1,2 3,4\n5,6 7,8\n9,10 11,12\"/>\n</svg>"
	texts := map[string]string{
		"an address":         "Acme Ltd\n12 High Street, Floor 2, London, UK\nGreat Britain",
		"two words a line":   "Room 12, Wing A\nRoom 13, Wing B\nRoom 14, Wing C",
		"a list of people":   "Contacts:\nBob Smith, 555-1234, night shift, Wing A\nAnn Lee, 555-9876, days, Wing B",
		"an address to ask":  "Ask\nhr@example.com, extension 12\nor the guard",
		"a card in prose":    "His old card,\nnumber 10001111, was lost on 2026-01-02, and\nthe new one, 10002222, is in the safe",
		"dates":              "2026-01-02, moved\n2026-02-03, moved back\n2026-03-04, left",
		"pretty JSON":        "[\n  {\"id\": \"a\", \"type\": \"Alphanumeric Text\", \"title\": \"A\", \"isVisible\": true},\n  {\"id\": \"b\", \"type\": \"x\", \"title\": \"B\", \"isVisible\": false}\n]",
		"JSON by the line":   "{\n\"a\": 1,\n\"b\": 2,\n\"c\": [1,2,3,4]\n}",
		"a matrix":           "[[1,2,3,4],\n[1,2,3,4],\n[1,2,3,4]]",
		"a drawing":          svg,
		"points":             "1,2 3,4\n5,6 7,8",
		"a blank line":       "one\n\n\ntwo",
		"commas alone":       ",,,\n,,,",
		"quotes and commas":  "He said \"no\", twice, loudly, and\nshe said \"yes\", once, softly, and",
		"a table of his own": "Mon,Tue,Wed,Thu\nearly,late,late,off",
		"a line end":         "a remark\n",
		"an old line end":    "a remark\rand another",
	}
	headers := map[string]string{
		"last":   "holder_email,type,value,note",
		"first":  "note,holder_email,type,value",
		"middle": "holder_email,note,type,value",
		"id":     "credential_id,note",
		"unread": "holder_ref,type,value,remark",
		"json":   "credential_id,value,options,note",
	}
	for place, header := range headers {
		for name, content := range texts {
			t.Run(place+", "+name, func(t *testing.T) {
				file := header + "\n"
				for n := range 3 {
					var cells []string
					for _, title := range strings.Split(header, ",") {
						switch title {
						case "note", "remark":
							cells = append(cells, `"`+strings.ReplaceAll(content, `"`, `""`)+`"`)
						case "holder_email":
							cells = append(cells, fmt.Sprintf("u%d@example.com", n))
						case "type":
							cells = append(cells, "card")
						case "value":
							cells = append(cells, fmt.Sprintf("1000111%d", n))
						case "options":
							cells = append(cells, "\"{\n\"\"a\"\": 1,\n\"\"b\"\": 2\n}\"")
						default:
							cells = append(cells, fmt.Sprintf("c-%d", n))
						}
					}
					file += strings.Join(cells, ",") + "\n"
				}
				roster := decodeCSV(t, file)
				for _, p := range roster.Problems {
					if p.Severity == reconcile.SeverityError {
						t.Errorf("false alarm: %s", p)
					}
				}
				if roster.Rows.Len() != 3 {
					t.Errorf("%d rows of 3", roster.Rows.Len())
				}
			})
		}
	}
}

// TestRowsAboveTheHeader: rows above the header are recognized since they look like the rows below
// it; titles and dates do not.
func TestRowsAboveTheHeader(t *testing.T) {
	below := []string{"holder_ref,type,value", "E001,card,10001111", "E002,pin,4207"}
	for _, tt := range []struct {
		name  string
		above []string
		want  []string
	}{
		{"rows", []string{"E008,card,10008888", "E009,pin,4209"}, []string{"1-2 error"}},
		{"one below a title", []string{"Badges,,", "E009,pin,4209"}, []string{"2-2 error"}},
		{"a reference and a number", []string{"E009,fob,10009999"}, []string{"1-1 error"}},
		{"titles", []string{"Badges 2026,,", "Made on,2026-11-30,", "Site,Hall E2,42", ",,"}, nil},
	} {
		for _, table := range map[string]cellio.Table{
			"csv":  csvTable(t, strings.Join(append(tt.above, below...), "\n")),
			"xlsx": sheet(t, append(tt.above, below...)),
		} {
			if diff := cmp.Diff(tt.want, placed(decode(t, table, nil), rosterio.KindRowsAbove)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
	}
}

func csvTable(t *testing.T, text string) cellio.Table {
	t.Helper()
	table, err := csvio.Open(strings.NewReader(text), "r.csv")
	if err != nil {
		t.Fatal(err)
	}
	return table
}
