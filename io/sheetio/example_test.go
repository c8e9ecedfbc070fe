package sheetio_test

import (
	"bytes"
	"fmt"

	"keyroster/io/bookio"
	"keyroster/io/sheetio"
)

// Either kind of workbook is recognized by its content, whatever its name.
func Example() {
	book := bookio.New(bookio.Options{TempDir: bookio.InMemory})
	list := book.List(bookio.Layout{Name: "Doors", Header: true, Widths: []float64{20}}, "Holder")
	list.AddTexts("Mira Quill")
	list.End()
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		fmt.Println(err)
		return
	}

	workbook, err := sheetio.OpenReader(bytes.NewReader(file.Bytes()), int64(file.Len()), "badges.ods")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = workbook.Close() }()
	sheets, err := workbook.Find("doors")
	fmt.Println("OpenDocument:", workbook.OpenDocument, sheets, err)
	_, err = workbook.Find("Gates")
	fmt.Println(err)
	// Output:
	// OpenDocument: false [{Doors true}] <nil>
	// badges.ods: the workbook has no sheet "Gates"; name one that it has: "Doors"
}
