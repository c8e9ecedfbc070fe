package csvio_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"keyroster/io/csvio"
)

// A file from a German Excel: its separator is detected, its lines keep their numbers, and what is
// written back is not a formula in any spreadsheet.
func Example() {
	table, err := csvio.Open(strings.NewReader("Name;Karte\r\n\r\nMira Quill;0071234567\r\n=cmd|calc;1\r\n"), "karten.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s, %q\n", table.Encoding(), table.Separator())
	var text strings.Builder
	out := csvio.NewWriter(&text)
	for {
		line, err := table.Next()
		if errors.Is(err, io.EOF) { // only now has the file been read to its end
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		texts := []string{fmt.Sprint("line ", line.Number)}
		for _, cell := range line.Cells {
			texts = append(texts, cell.Text)
		}
		if err := out.Write(texts); err != nil {
			fmt.Println(err)
		}
	}
	err = out.Flush()
	fmt.Println(strings.ReplaceAll(text.String(), "\r\n", "\n"), err)
	// Output:
	// UTF-8, ';'
	// line 1,Name,Karte
	// line 3,Mira Quill,0071234567
	// line 4,"'=cmd|calc",1
	//  <nil>
}
