package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/io/csvio"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// update rewrites the samples and the golden files.
var update = flag.Bool("update", false, "rewrite samples and golden files")

const samples = "../../samples"

// sampleState is the part of the sandbox's state that rosters are made from.
type sampleState struct {
	People []struct {
		ID       int    `json:"id"`
		First    string `json:"first_name"`
		Last     string `json:"last_name"`
		Email    string `json:"email"`
		SystemID string `json:"system_id"`
	} `json:"people"`
	Credentials []struct {
		ID     string  `json:"id"`
		Type   int     `json:"credential_type_id"`
		Person int     `json:"person_id"`
		Value  *string `json:"value"`
	} `json:"credentials"`
}

// sampleRow is a row of a sample roster: credential id, e-mail, staff number,
// name, type, value, state.
type sampleRow struct{ id, email, ref, name, kind, value, state string }

var sampleHeader = []string{"Credential ID", "Holder Email", "Holder Ref", "Holder Name", "Type", "Value", "State"}

func (r sampleRow) cells() []string {
	return []string{r.id, r.email, r.ref, r.name, r.kind, r.value, r.state}
}

// TestSamplesAreFresh: the samples are made by the sandbox's generator, so that they always match
// it; go test ./cmd/keyroster -run Samples -update rewrites them.
func TestSamplesAreFresh(t *testing.T) {
	state := sampleAccount(t)
	keep(t, "doorflow.json", state)
	var s sampleState
	if err := json.Unmarshal(state, &s); err != nil {
		t.Fatal(err)
	}
	rows := s.rows()
	good := goodRoster(rows)
	keep(t, "roster.csv", csvOf(t, good))
	keepWorkbook(t, "roster.xlsx", good, nil)
	bad, damage := badRoster(rows)
	keepWorkbook(t, "roster-problems.xlsx", bad, damage)
}

// TestSamplesKeepLittle: a copied sample does not fill the disk, since each account keeps its
// runs only for a time, and little of a night without changes.
func TestSamplesKeepLittle(t *testing.T) {
	accounts := 0
	err := filepath.WalkDir(samples, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasPrefix(filepath.Ext(path), ".y") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		// An account in accounts.d gets these from the defaults.
		if strings.Contains(string(text), "auth:") || strings.Contains(string(text), "base_url: sandbox") {
			accounts++
			for _, key := range []string{"keep_runs: ", "run_files: small"} {
				if !strings.Contains(string(text), key) {
					t.Errorf("%s has no %s", path, key)
				}
			}
		}
		return nil
	})
	if err != nil || accounts < 8 {
		t.Errorf("%d files have accounts, %v", accounts, err)
	}
}

func sampleAccount(t *testing.T) []byte {
	api, err := all.Fake("doorflow", sandbox.Options{Generate: 420, Seed: 20260131})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(api.State(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// rows returns the rows of a roster that changes nothing.
func (s *sampleState) rows() []sampleRow {
	people := map[int]sampleRow{}
	for _, p := range s.People {
		people[p.ID] = sampleRow{email: p.Email, ref: p.SystemID, name: p.First + " " + p.Last}
	}
	var out []sampleRow
	for _, c := range s.Credentials {
		row := people[c.Person]
		row.id, row.kind = c.ID, map[int]string{31: "pin", 32: "card"}[c.Type]
		if c.Value == nil || row.kind == "" {
			continue
		}
		row.value = *c.Value
		out = append(out, row)
	}
	return out
}

// goodRoster returns a roster for a night that ends well: changed PINs, a card handed on, a
// leaver, and people new to a type.
func goodRoster(rows []sampleRow) []sampleRow {
	out := append([]sampleRow(nil), rows...)
	pins, cards := ofKind(out, "pin"), ofKind(out, "card")
	for i, n := range pins[10:18] {
		out[n].value = fmt.Sprintf("07%04d", 1830+37*i)
	}
	// A card is handed on: its former holder gets a new one.
	out[cards[30]].value, out[cards[31]].value = out[cards[31]].value, "0090004711"
	// One leaver.
	out[cards[60]].state = "absent"
	// Three people get a PIN that they did not have: their rows have no id.
	has := map[string]bool{}
	for _, r := range out {
		has[r.email+r.kind] = true
	}
	added := 0
	for _, r := range rows {
		if r.kind == "card" && !has[r.email+"pin"] && added < 3 {
			out = append(out, sampleRow{email: r.email, ref: r.ref, name: r.name, kind: "pin", value: fmt.Sprintf("0%d", 55120+added)})
			added++
		}
	}
	return out
}

// badRoster returns a roster with one of everything that can go wrong, among rows that are right.
// damage says which cells the spreadsheet turned into numbers.
func badRoster(rows []sampleRow) (out []sampleRow, damage map[string]float64) {
	// The last rows are left out, which leaves records without a row.
	out = append(out, rows[:len(rows)-18]...)
	pins, cards := ofKind(out, "pin"), ofKind(out, "card")
	damage = map[string]float64{}
	free := pins[3:]
	// Right changes.
	out[free[0]].value = "0612340"
	out[free[1]].value = "0612341"
	// A cell that lost its zeros, and one that was rounded.
	out[free[2]].value = "4821"
	damage[fmt.Sprintf("F%d", free[2]+2)] = 4821
	out[cards[8]].value = "12345678901234500000"
	damage[fmt.Sprintf("F%d", cards[8]+2)] = 12345678901234500000
	// A card that another person holds and keeps.
	out[cards[9]].value = out[cards[10]].value
	// A holder that does not exist.
	out = append(out, sampleRow{email: "nobody.sample@example.com", name: "Nobody Sample", kind: "pin", value: "061999"})
	// A row that contradicts its record.
	out[cards[11]].email, out[cards[11]].ref, out[cards[11]].name = out[cards[12]].email, out[cards[12]].ref, out[cards[12]].name
	// A protected person.
	for _, n := range append(pins, cards...) {
		if out[n].ref == "E-00005" {
			out[n].value = "0" + strings.Repeat("7", len(out[n].value)-1)
			break
		}
	}
	// A PIN that DoorFlow refuses: too long.
	out[free[3]].value = "06123456"
	// Two rows for one credential.
	out = append(out, sampleRow{email: out[cards[13]].email, ref: out[cards[13]].ref, name: out[cards[13]].name, kind: "card", value: "0090009999"})
	// A mobile pass, which would send an invitation.
	out = append(out, sampleRow{email: out[cards[14]].email, ref: out[cards[14]].ref, name: out[cards[14]].name, kind: "mobile_pass"})
	return out, damage
}

func ofKind(rows []sampleRow, kind string) []int {
	var out []int
	for n, r := range rows {
		if r.kind == kind {
			out = append(out, n)
		}
	}
	return out
}

func csvOf(t *testing.T, rows []sampleRow) []byte {
	var b bytes.Buffer
	w := csvio.NewWriter(&b)
	if err := w.Write(sampleHeader); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Write(r.cells()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func keep(t *testing.T, name string, want []byte) {
	t.Helper()
	path := filepath.Join(samples, name)
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale (%v): run go test ./cmd/keyroster -run Samples -update", name, err)
	}
}

func keepWorkbook(t *testing.T, name string, rows []sampleRow, damage map[string]float64) {
	t.Helper()
	path := filepath.Join(samples, name)
	if *update {
		if err := writeWorkbook(path, rows, damage); err != nil {
			t.Fatal(err)
		}
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("Badges", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{sampleHeader}
	for n, r := range rows {
		cells := r.cells()
		if number, ok := damage[fmt.Sprintf("F%d", n+2)]; ok {
			cells[5] = fmt.Sprint(number)
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		want = append(want, cells)
	}
	for n := range got {
		if number, ok := damage[fmt.Sprintf("F%d", n+1)]; ok {
			got[n][5] = fmt.Sprint(number)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s is stale: run go test ./cmd/keyroster -run Samples -update\n%s", name, diff)
	}
}

func writeWorkbook(path string, rows []sampleRow, damage map[string]float64) error {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Badges"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE6F0"}}})
	if err != nil {
		return err
	}
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for col, size := range []float64{14, 34, 12, 22, 13, 24, 10} {
		if err := w.SetColWidth(col+1, col+1, size); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	line := func(n int, style int, cells []string) error {
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = excelize.Cell{StyleID: style, Value: c}
			if number, ok := damage[fmt.Sprintf("F%d", n)]; ok && i == 5 {
				values[i] = excelize.Cell{Value: number}
			}
			if c == "" {
				values[i] = nil
			}
		}
		return w.SetRow(fmt.Sprintf("A%d", n), values)
	}
	if err := line(1, bold, sampleHeader); err != nil {
		return err
	}
	for n, r := range rows {
		if err := line(n+2, text, r.cells()); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.SaveAs(path)
}
