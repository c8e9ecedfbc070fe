package bookio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"keyroster/io/bookio"
	"keyroster/io/xlsxio/xlsxtest"
)

func TestTextsStayTexts(t *testing.T) {
	b := bookio.New(bookio.Options{Title: "x"})
	b.Rows = 3
	list := b.List(bookio.Layout{Name: "L", Header: true, Widths: []float64{10, 10}}, "a", "b")
	for _, text := range []string{"=1+1", "0042", "a\x1bb"} {
		list.AddTexts(text, "")
	}
	list.End()
	var out bytes.Buffer
	if err := b.WriteSorted(&out); err != nil {
		t.Fatal(err)
	}
	for _, fault := range xlsxtest.Faults(out.Bytes()) {
		t.Error(fault)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := map[string]string{}
	for _, cell := range [][2]string{{"L", "A1"}, {"L", "A2"}, {"L", "A3"}, {"L 2", "A1"}, {"L 2", "A2"}} {
		kind, _ := f.GetCellType(cell[0], cell[1])
		if kind != excelize.CellTypeInlineString {
			t.Errorf("%v is of type %d", cell, kind)
		}
		got[cell[0]+"!"+cell[1]], _ = f.GetCellValue(cell[0], cell[1])
	}
	want := map[string]string{"L!A1": "a", "L!A2": "=1+1", "L!A3": "0042", "L 2!A1": "a", "L 2!A2": `a\x1bb`}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTheFirstErrorStays(t *testing.T) {
	first := errors.New("first")
	b := bookio.New(bookio.Options{})
	s := b.Add(bookio.Layout{Name: "S", Widths: []float64{10}})
	b.Fail(first)
	b.Fail(errors.New("second"))
	s.Add(0, bookio.Cell{Value: "x", Span: 2})
	s.End()
	if err := b.Write(io.Discard); !errors.Is(err, first) || s.Row != 0 {
		t.Errorf("error %v after %d rows", err, s.Row)
	}
}

// TestStandInsAreSpelled: control characters come back unchanged, wherever the XML is split.
func TestStandInsAreSpelled(t *testing.T) {
	long := strings.Repeat("é\x1b😀", 20_000)
	b := bookio.New(bookio.Options{Text: func(_, text string) (string, error) { return bookio.StandIns(text), nil }})
	s := b.Add(bookio.Layout{Name: "S", Widths: []float64{10}})
	for n := range 5 {
		s.Add(0, bookio.Cell{Value: strings.Repeat("x", n) + long[:9_002]})
	}
	s.End()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for n := range 5 {
		got, err := f.GetCellValue("S", fmt.Sprint("A", n+1))
		if want := strings.Repeat("x", n) + long[:9_002]; err != nil || got != want {
			t.Errorf("row %d: %d bytes, want %d: %v", n+1, len(got), len(want), err)
		}
	}
}

func TestLinesBreakBetweenWords(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float64
		want  int
	}{
		{"", 20, 1},
		{"short", 20, 1},
		{"twelve chars", 8, 2},
		{"aaaaaaaaaaaa bbbbbbbbbbbb cccccccccccc", 20, 3}, // 38 characters, 21 to a line, one word to a line
		{"one\ntwo\n\nfour", 20, 4},
		{strings.Repeat("x", 63), 20, 3}, // one long word, like a path
		{"a " + strings.Repeat("x", 42), 20, 3},
		{"日本語の名前の人がいる", 20, 2}, // each takes two columns
		{"x", 0, 1},
	} {
		if got := bookio.Lines(c.text, c.width); got != c.want {
			t.Errorf("%q in %g: %d lines, want %d", c.text, c.width, got, c.want)
		}
	}
}
