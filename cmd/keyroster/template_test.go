package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"keyroster/io/rosterio"
	"keyroster/io/templateio"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// TestFilledInTemplatesAreClean: the template of every provider, filled in below its example, is a
// roster without problems, and its own example follows the provider's rules.
func TestFilledInTemplatesAreClean(t *testing.T) {
	for _, spec := range all.Specs() {
		t.Run(spec.Name, func(t *testing.T) {
			var b bytes.Buffer
			if err := templateio.WriteXLSX(&b, spec.Schema, templateio.Options{Title: spec.Title}); err != nil {
				t.Fatal(err)
			}
			f, err := excelize.OpenReader(&b)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			want := map[string]string{}
			at := 0
			for i := range spec.Schema.Columns {
				c := &spec.Schema.Columns[i]
				if c.Role == reconcile.RoleInfo {
					continue
				}
				at++
				if c.Help == "" {
					t.Errorf("the column %s has no help", c.Name)
				}
				text := ""
				if examples := c.Examples(); len(examples) > 0 {
					text = examples[0]
				}
				switch {
				case c.Kind == reconcile.KindEmail:
					text = "somebody.else@example.com"
				case c.Secret():
					text = "000071"
				case c.Name == "title":
					text = "Another card"
				}
				cell, _ := excelize.CoordinatesToCellName(at, 3+spec.Schema.ExampleLines())
				if err := f.SetCellStr("Roster", cell, text); err != nil {
					t.Fatal(err)
				}
				want[c.Name] = text
			}
			path := filepath.Join(t.TempDir(), "filled.xlsx")
			if err := f.SaveAs(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
			roster, err := rosterio.Read(context.Background(), []string{path}, rosterio.Options{Schema: spec.Schema, Row: spec.Row, Check: spec.Check})
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range roster.Problems {
				if i > 0 || p.Kind != rosterio.KindExample {
					t.Errorf("problem: %s", p)
				}
			}
			if roster.Rows.Len() != 1 {
				t.Fatalf("%d rows", roster.Rows.Len())
			}
			for name, text := range want {
				if got := roster.Rows.Record(0).Text(name); got != text {
					t.Errorf("%s is %q, want %q", name, got, text)
				}
			}
		})
	}
}
