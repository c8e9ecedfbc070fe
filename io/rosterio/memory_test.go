package rosterio_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"unsafe"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// badgeRow is a row struct like those of access credential providers.
type badgeRow struct {
	CredentialID string           `csv:"credential_id" roster:"key"`
	HolderID     string           `csv:"holder_id,person_id" roster:"match,pairs,holder"`
	HolderEmail  string           `csv:"holder_email" roster:"match,email,holder-email"`
	HolderRef    string           `csv:"holder_ref" roster:"match,holder-ref"`
	Type         string           `csv:"type,access_method" roster:"match,pairs,type"`
	Value        reconcile.Secret `csv:"value,code" roster:"managed,secret,create,update"`
	Note         string           `csv:"note" roster:"managed,create,update,clear"`
	StartsAt     string           `csv:"starts_at" roster:"managed,time,create,start"`
	EndsAt       string           `csv:"ends_at" roster:"managed,time,create,update,clear,end"`
	Uses         string           `csv:"uses" roster:"managed,int,create"`
	Active       string           `csv:"active" roster:"managed,bool,create"`
	Colour       string           `csv:"colour" roster:"managed,color,create"`
	Options      string           `csv:"options" roster:"managed,json,create"`
	State        string           `csv:"state" roster:"state"`
	Status       string           `csv:"status" roster:"info,status"`
	HolderName   string           `csv:"holder_name" roster:"info,holder-name"`
	Entrances    string           `csv:"entrances" roster:"managed,create,entrances"`
}

func badges() *reconcile.Schema { return reconcile.NewSchema("demo", badgeRow{}) }

// memory is a table in memory. As the contract allows, it overwrites the text of a line when the
// next one is read.
type memory struct {
	lines []cellio.Line
	// csv: the cells have no names.
	csv  bool
	err  error
	next int
	text []byte
}

func (m *memory) Next() (*cellio.Line, error) {
	for i := range m.text {
		m.text[i] = '!'
	}
	m.text = m.text[:0]
	if m.next == len(m.lines) {
		if m.err != nil {
			return nil, m.err
		}
		return nil, io.EOF
	}
	line := m.lines[m.next]
	m.next++
	size := 0
	for _, c := range line.Cells {
		size += len(c.Text)
	}
	if cap(m.text) < size {
		m.text = make([]byte, 0, size)
	}
	cells := make([]cellio.Cell, len(line.Cells))
	copy(cells, line.Cells)
	for i := range cells {
		start := len(m.text)
		m.text = append(m.text, cells[i].Text...)
		cells[i].Text = unsafe.String(unsafe.SliceData(m.text[start:]), len(m.text)-start)
	}
	line.Cells = cells
	return &line, nil
}

func (m *memory) CellName(line, col int) string {
	if m.csv {
		return ""
	}
	return fmt.Sprintf("%c%d", 'A'+col, line)
}

// text returns a line of text cells; an empty text is a blank cell.
func text(number int, cells ...string) cellio.Line {
	line := cellio.Line{Number: number}
	for _, c := range cells {
		cell := cellio.Cell{Text: c, Kind: cellio.Text}
		if c == "" {
			cell.Kind = cellio.Blank
		}
		line.Cells = append(line.Cells, cell)
	}
	return line
}

// rows returns lines of comma-separated cells, numbered from 1.
func rows(lines ...string) []cellio.Line {
	var all []cellio.Line
	for i, l := range lines {
		if l != "" {
			all = append(all, text(i+1, strings.Split(l, ",")...))
		}
	}
	return all
}

func bind(t *testing.T, table cellio.Table, columns map[string]string) *rosterio.Header {
	t.Helper()
	h, err := rosterio.Bind(table, badges(), rosterio.BindOptions{File: "r.csv", Columns: columns})
	if err != nil {
		t.Fatalf("Bind: %v", err)
	}
	return h
}

// decode reads a table into a roster, to its end.
func decode(t testing.TB, table cellio.Table, check func(any, func(reconcile.Finding))) *reconcile.Roster {
	t.Helper()
	roster, err := tryDecode(table, check)
	if err != nil {
		t.Fatal(err)
	}
	return roster
}

func tryDecode(table cellio.Table, check func(any, func(reconcile.Finding))) (*reconcile.Roster, error) {
	_, roster, err := decodeTable(table, check)
	return roster, err
}

func decodeTable(table cellio.Table, check func(any, func(reconcile.Finding))) (*rosterio.Header, *reconcile.Roster, error) {
	schema := badges()
	roster := reconcile.NewRoster(schema)
	roster.Files = []reconcile.File{{Name: "r.csv", Sheets: []string{""}}}
	h, err := rosterio.Bind(table, schema, rosterio.BindOptions{File: "r.csv"})
	if err != nil {
		return nil, nil, err
	}
	if err := rosterio.Decode(context.Background(), h, roster, rosterio.Options{Row: badgeRow{}, Check: check}); err != nil {
		return nil, nil, err
	}
	rosterio.Review(roster)
	return h, roster, nil
}

// brief returns a problem as place, kind and severity.
func brief(p reconcile.Problem) string {
	return strings.Join(strings.Fields(fmt.Sprintf("%d%s %s %s %s", p.Line, p.Cell, p.Column, p.Kind, p.Severity)), " ")
}

func briefs(problems []reconcile.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, brief(p))
	}
	return all
}
