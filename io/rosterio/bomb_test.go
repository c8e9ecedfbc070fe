package rosterio_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
	"keyroster/io/xlsxio/xlsxtest"
	"keyroster/reconcile"
)

// stuffed is a row that accepts long texts.
type stuffed struct {
	ID      string           `csv:"credential_id" roster:"key"`
	Value   reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	Note    string           `csv:"note" roster:"managed,create,update"`
	Options string           `csv:"options" roster:"managed,json,create,update"`
}

func readStuffed(name string) (*reconcile.Roster, error) {
	schema := reconcile.NewSchema("demo", stuffed{})
	schema.Details = []reconcile.Detail{{Column: "options", Sheet: "fields", Members: []reconcile.DetailMember{{Header: "title", Member: "title"}}}}
	return rosterio.Read(context.Background(), []string{name}, rosterio.Options{Schema: schema, Row: stuffed{}})
}

// bombText is almost the longest that a cell may be.
const bombText = 32_000

// peakMemory returns the most memory in bytes that the program takes from the system during a call.
func peakMemory(call func()) uint64 {
	runtime.GC()
	read := func() uint64 {
		samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		metrics.Read(samples)
		return samples[0].Value.Uint64() - samples[1].Value.Uint64()
	}
	var peak atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			peak.Store(max(peak.Load(), read()))
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	call()
	close(stop)
	<-done
	return max(peak.Load(), read())
}

// repeated returns n rows made by row, starting at row 2.
func repeated(n int, row func(int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(row(i + 2))
	}
	return b.String()
}

// TestBombs: however small a file is, its texts cannot fill the memory.
func TestBombs(t *testing.T) {
	header := `<row r="1"><c r="A1" t="inlineStr"><is><t>credential_id</t></is></c><c r="B1" t="inlineStr"><is><t>value</t></is></c><c r="C1" t="inlineStr"><is><t>note</t></is></c><c r="D1" t="inlineStr"><is><t>seen</t></is></c></row>`
	shared := func(text string, rows string) string {
		return book(t, xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(header + rows)}}, SharedStrings: xlsxtest.Strings(text), Deflate: true})
	}
	long := strings.Repeat("Text ", bombText/5)
	note := func(column string) func(int) string {
		return func(i int) string {
			return fmt.Sprintf(`<row r="%d"><c r="A%[1]d" t="inlineStr"><is><t>c%[1]d</t></is></c><c r="%s%[1]d" t="s"><v>0</v></c></row>`, i, column)
		}
	}
	tests := []struct {
		name  string
		files map[string]string
		// column is where the budget ends; if it is empty, the file is read.
		column string
	}{
		{"one text in a managed column", map[string]string{"a.xlsx": shared(long, repeated(240_000, note("C")))}, "C"},
		{"one text in a column that nobody reads", map[string]string{"a.xlsx": shared(long, repeated(240_000, note("D")))}, ""},
		{"one text that is refused", map[string]string{"a.xlsx": shared(" "+long, repeated(20_000, note("B")))}, "B"},
		{"one text of the length that is cut", map[string]string{"a.xlsx": shared(strings.Repeat("x", 32_767), repeated(20_000, note("C")))}, "C"},
		{"one text in a detail sheet", map[string]string{"a.xlsx": book(t, xlsxtest.Book{
			Sheets: []xlsxtest.Sheet{
				{Name: "S", XML: xlsxtest.Rows(header + note("C")(2))},
				{Name: "fields", XML: xlsxtest.Rows(`<row r="1"><c r="A1" t="inlineStr"><is><t>credential_id</t></is></c><c r="B1" t="inlineStr"><is><t>title</t></is></c></row>` + repeated(20_000, note("B")))},
			}, SharedStrings: xlsxtest.Strings(long), Deflate: true,
		})}, "B"},
		{"one text as headers", map[string]string{"a.xlsx": book(t, xlsxtest.Book{
			Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(repeated(60, func(i int) string {
				return fmt.Sprintf(`<row r="%d">%s</row>`, i, strings.Repeat(`<c t="s"><v>0</v></c>`, 16_000))
			}))}}, SharedStrings: xlsxtest.Strings(long), Deflate: true,
		})}, "A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inFolder(t, tt.files)
			var roster *reconcile.Roster
			var err error
			peak := peakMemory(func() { roster, err = readStuffed("a.xlsx") })
			if peak > 600<<20 {
				t.Errorf("peak of %d MiB", peak>>20)
			}
			if tt.column == "" {
				if err != nil || roster.Rows.Len() != 240_000 {
					t.Errorf("%d rows, %v", roster.Rows.Len(), err)
				}
				return
			}
			bad, ok := errors.AsType[*cellio.InputError](err)
			if !ok || bad.Kind != cellio.KindTooLarge || !strings.HasPrefix(bad.Cell, tt.column) || strings.Contains(err.Error(), "Text ") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestBombOfSideFiles: a file that many cells name counts each time.
func TestBombOfSideFiles(t *testing.T) {
	inFolder(t, map[string]string{"a.csv": "credential_id,value,options\n" + strings.Repeat("c,0815,@big.json\n", 2000), "big.json": "[" + strings.Repeat("1,", 500_000) + "1]"})
	var err error
	peak := peakMemory(func() { _, err = readStuffed("a.csv") })
	if bad, ok := errors.AsType[*cellio.InputError](err); !ok || bad.Kind != cellio.KindTooLarge || bad.Line == 0 {
		t.Errorf("error %v", err)
	}
	if peak > 600<<20 {
		t.Errorf("peak of %d MiB", peak>>20)
	}
}
