package xlsxio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"keyroster/io/cellio"
	"keyroster/io/xlsxio"
)

// A sheet is streamed, each cell as the file stores it: a number keeps its digits, and whoever
// reads a roster decides what became of the zeros.
func Example() {
	book := excelize.NewFile()
	for cell, value := range map[string]any{"A1": "Holder", "B1": "Badge", "A3": "Mira Quill", "B3": 71234567} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			fmt.Println(err)
			return
		}
	}
	file, err := book.WriteToBuffer()
	if err != nil {
		fmt.Println(err)
		return
	}

	workbook, err := xlsxio.OpenReader(bytes.NewReader(file.Bytes()), int64(file.Len()), "badges.xlsx")
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := workbook.Table(workbook.Sheets()[0].Name)
	if err != nil {
		fmt.Println(err)
		return
	}
	for {
		line, err := table.Next()
		if errors.Is(err, io.EOF) { // only now is the sheet proved whole
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		for col, cell := range line.Cells {
			fmt.Println(table.CellName(line.Number, col), cell.Text, "a number:", cell.Kind == cellio.Number)
		}
	}
	// Output:
	// A1 Holder a number: false
	// B1 Badge a number: false
	// A3 Mira Quill a number: false
	// B3 71234567 a number: true
}
