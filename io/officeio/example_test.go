package officeio_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"

	"keyroster/io/officeio"
)

// A part is complete when its reader returns io.EOF, and not before: the same file with one flipped
// bit is refused.
func Example() {
	var file bytes.Buffer
	packed := zip.NewWriter(&file)
	part, err := packed.CreateHeader(&zip.FileHeader{Name: "xl/workbook.xml"})
	if err == nil {
		_, err = io.WriteString(part, "<workbook/>")
	}
	if err == nil {
		err = packed.Close()
	}
	if err != nil {
		fmt.Println(err)
		return
	}

	damaged := bytes.Replace(file.Bytes(), []byte("<workbook/>"), []byte("<workbooc/>"), 1)
	for _, data := range [][]byte{file.Bytes(), damaged} {
		book, err := officeio.Open("badges.xlsx", bytes.NewReader(data), int64(len(data)), officeio.DefaultBytes)
		if err != nil {
			fmt.Println(err)
			return
		}
		text, err := book.Read("XL/Workbook.xml", officeio.SmallPart) // names ignore case
		if err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), "; ", ";\n"))
			return
		}
		fmt.Println(string(text))
	}
	// Output:
	// <workbook/>
	// badges.xlsx: part XL/Workbook.xml does not match its checksum;
	// export the file again;
	// if it is still damaged, open it in a spreadsheet program, check that all rows are there and save it again
}
