package rosterio_test

import (
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/rosterio"
)

// TestLostZerosAreCounted: if the other values of a type have one length, the zeros that a number
// lost are counted, but the number itself is not shown.
func TestLostZerosAreCounted(t *testing.T) {
	header := text(1, "holder_email", "type", "value")
	row := func(n int, kind string, value cellio.Cell) cellio.Line {
		return cellio.Line{Number: n, Cells: []cellio.Cell{str("kim@example.com"), str(kind), value}}
	}
	lines := []cellio.Line{
		header,
		row(2, "card", str("0010004711")), row(3, "card", str("0010004712")), row(4, "card", str("0010004713")),
		row(5, "card", num("10004714")), row(6, "card", num("9010004714")), row(7, "pin", num("815")),
		row(8, "card", num("90100047149")),
	}
	var got []string
	for _, p := range decode(t, &memory{lines: lines}, nil).Problems {
		if p.Kind == rosterio.KindNumber {
			got = append(got, p.Message+" | "+p.Read+" | "+p.Likely+" | "+p.Remedy)
		}
	}
	for i, want := range [][]string{
		{
			"10 digits expected, 8 read", "| 8 digits | 2 zeros lost in front |",
			"the number format 0000000000, which is read as shown",
		},
		{"10 digits expected, 10 read", "| 10 digits | nothing lost |"},
		{"some may be lost | 3 digits |  |", "one zero per digit, 0000 for four, which"},
		{"some may be lost | 11 digits |  |"},
	} {
		for _, part := range want {
			if i >= len(got) || !strings.Contains(got[i], part) {
				t.Errorf("problem %d: %q, want it to have %q", i, got, part)
			}
		}
	}
}
