package annotateio_test

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"

	"keyroster/io/annotateio"
)

// The user's own workbook comes back with a remark on the cell that is wrong, and a column
// beside the rows. The original stays as it is.
func Example() {
	book := excelize.NewFile()
	for cell, text := range map[string]string{"A1": "Holder", "B1": "Badge", "A2": "Mira Quill", "B2": "lost"} {
		if err := book.SetCellValue("Sheet1", cell, text); err != nil {
			fmt.Println(err)
			return
		}
	}
	original, err := book.WriteToBuffer()
	if err != nil {
		fmt.Println(err)
		return
	}

	workbook, err := annotateio.Open("badges.xlsx", original.Bytes())
	if err != nil {
		fmt.Println(err)
		return
	}
	annotated, err := workbook.Annotate(annotateio.Options{
		Marks: []annotateio.Mark{{
			Sheet: "Sheet1", Cell: annotateio.CellName(2, 2),
			Text: "no number of a badge", Tone: annotateio.Bad,
		}},
		Columns: []annotateio.Column{{
			Sheet: "Sheet1", Title: "Result", HeaderRow: 1,
			Cells: map[int]annotateio.Text{2: {Text: "not applied", Tone: annotateio.Bad}},
		}},
	})
	if err != nil {
		fmt.Println(err) // a faithful copy could not be made
		return
	}

	read, err := excelize.OpenReader(bytes.NewReader(annotated.Data))
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, err := read.GetRows("Sheet1")
	fmt.Println(rows, err)
	comments, err := read.GetComments("Sheet1")
	fmt.Println(annotated.Comments, "comment, at", comments[0].Cell, err)
	// Output:
	// [[Holder Badge Result] [Mira Quill lost not applied]] <nil>
	// 1 comment, at B2 <nil>
}
