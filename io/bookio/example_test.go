package bookio_test

import (
	"bytes"
	"fmt"

	"keyroster/io/bookio"
	"keyroster/io/xlsxio"
)

// A list can have any length: when a sheet is full, it continues on the next one. Text that looks
// like a formula stays text.
func Example() {
	book := bookio.New(bookio.Options{TempDir: bookio.InMemory, Title: "Badges"})
	book.Rows = 3
	list := book.List(bookio.Layout{Name: "Badges", Widths: []float64{20, 16}, Header: true}, "Holder", "Badge")
	for _, texts := range [][]string{{"Mira Quill", "0071234567"}, {"=1+1", "0081726354"}, {"Tess Orme", "0099999999"}} {
		list.AddTexts(texts...)
	}
	list.End()
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		fmt.Println(err)
		return
	}

	written, err := xlsxio.OpenReader(bytes.NewReader(file.Bytes()), int64(file.Len()), "badges.xlsx")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, sheet := range written.Sheets() {
		table, err := written.Table(sheet.Name)
		if err != nil {
			fmt.Println(err)
			return
		}
		for line, err := table.Next(); err == nil; line, err = table.Next() {
			fmt.Println(sheet.Name, line.Number, line.Cells[0].Text, line.Cells[0].Formula)
		}
	}
	// Output:
	// Badges 1 Holder false
	// Badges 2 Mira Quill false
	// Badges 3 =1+1 false
	// Badges 2 1 Holder false
	// Badges 2 2 Tess Orme false
}
