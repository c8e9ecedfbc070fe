package odsio_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"

	"keyroster/io/odsio"
	"keyroster/io/officeio"
)

// A LibreOffice spreadsheet: repeated blank cells cost nothing, and the cells after them keep their
// places.
func Example() {
	var file bytes.Buffer
	packed := zip.NewWriter(&file)
	for _, part := range [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"content.xml", `<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
			xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
			xmlns:p="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
			<o:body><o:spreadsheet><t:table t:name="Doors">
			<t:table-row t:number-rows-repeated="1000"><t:table-cell/></t:table-row>
			<t:table-row><t:table-cell t:number-columns-repeated="2"/>
			<t:table-cell o:value-type="string"><p:p>Mira Quill</p:p></t:table-cell></t:table-row>
			</t:table></o:spreadsheet></o:body></o:document-content>`},
	} {
		w, err := packed.Create(part[0])
		if err == nil {
			_, err = io.WriteString(w, part[1])
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	if err := packed.Close(); err != nil {
		fmt.Println(err)
		return
	}

	parts, err := officeio.Open("badges.ods", bytes.NewReader(file.Bytes()), int64(file.Len()), officeio.DefaultBytes)
	if err != nil {
		fmt.Println(err)
		return
	}
	workbook, err := odsio.Load("badges.ods", parts)
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := workbook.Table("Doors")
	if err != nil {
		fmt.Println(err)
		return
	}
	line, err := table.Next()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.CellName(line.Number, 2), line.Cells[2].Text)
	// Output:
	// C1001 Mira Quill
}
