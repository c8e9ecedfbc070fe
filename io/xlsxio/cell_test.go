package xlsxio

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/cellio"
	"keyroster/io/officeio/officetest"
	"keyroster/io/xlsxio/xlsxtest"
)

type line = officetest.Line

var text, date, number, formula = officetest.Text, officetest.Date, officetest.Number, officetest.Formula

// readAll reads the first sheet of a workbook.
func readAll(data []byte) ([]line, *Workbook, error) {
	w, err := OpenReader(bytes.NewReader(data), int64(len(data)), "book.xlsx")
	if err != nil {
		return nil, nil, err
	}
	t, err := w.Table(w.Sheets()[0].Name)
	if err != nil {
		return nil, w, err
	}
	defer t.Close()
	lines, err := officetest.Lines(t)
	return lines, w, err
}

// testFormats has the styles 1, 2, ... of the cell tests.
var testFormats = []string{
	1: "@", 2: "00000", 3: "#,##0", 4: "#14", 5: "#22", 6: "yyyy-mm-dd hh:mm", 7: "[h]:mm", 8: "#46", 9: "#49", 10: "[Red]General",
	11: "[$-409]d\\-mmm\\-yy;@", 12: `"day" 0`, 13: "000-00", 14: "General", 15: "#1", 16: "#10", 17: "#20", 18: "[Red]0.00", 19: "[<=9]0;yyyy", 20: "0000000000",
	21: "[$-409]h:mm AM/PM;@", 22: "mmm", 23: "[$-409]mmm\\-yy;@", 24: "#17",
}

func month(text string) cellio.Cell {
	return cellio.Cell{Kind: cellio.Date, Text: text, Format: cellio.FormatMonth}
}

func TestCells(t *testing.T) {
	styles := xlsxtest.Styles(testFormats[1:]...)
	shared := strings.Replace(xlsxtest.Strings("0012", "", " spaced ", "a_x000D_b", "_x005F_x000D_"), "</sst>",
		`<si><r><rPr><b/></rPr><t>00</t></r><r><t>42</t></r><rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/></si>`+
			`<si><t>東京</t><rPh sb="0" eb="2"><t>とうきょう</t></rPh></si><si/><si><t/></si></sst>`, 1)
	blank := cellio.Cell{}
	tests := []struct {
		name, cell string
		want       cellio.Cell
	}{
		{"shared", `<c r="A1" t="s"><v>0</v></c>`, text("0012")},
		{"shared empty", `<c r="A1" t="s"><v>1</v></c>`, blank},
		{"shared spaces", `<c r="A1" t="s"><v>2</v></c>`, text(" spaced ")},
		{"shared escape", `<c r="A1" t="s"><v>3</v></c>`, text("a\rb")},
		{"shared escaped escape", `<c r="A1" t="s"><v>4</v></c>`, text("_x000D_")},
		{"rich text", `<c r="A1" t="s"><v>5</v></c>`, text("0042")},
		{"phonetic", `<c r="A1" t="s"><v>6</v></c>`, text("東京")},
		{"empty si", `<c r="A1" t="s"><v>7</v></c>`, blank},
		{"empty t", `<c r="A1" t="s"><v>8</v></c>`, blank},
		{"shared without v", `<c r="A1" t="s"/>`, blank},
		{"inline", `<c r="A1" t="inlineStr"><is><t>0012</t></is></c>`, text("0012")},
		{"inline rich", `<c r="A1" t="inlineStr"><is><r><t xml:space="preserve">00 </t></r><r><t>1</t></r></is></c>`, text("00 1")},
		{"inline entities", `<c r="A1" t="inlineStr"><is><t>&lt;a&gt; &amp;&quot;&apos;&#65;&#x1F511;</t></is></c>`, text(`<a> &"'A` + "\U0001F511")},
		{"inline cdata", `<c r="A1" t="inlineStr"><is><t>a<![CDATA[<&]]>b<![CDATA[]]></t></is></c>`, text("a<&b")},
		{"inline comment", `<c r="A1" t="inlineStr"><is><t>a<!-- x -->b</t></is></c>`, text("ab")},
		{"inline line ends", "<c r=\"A1\" t=\"inlineStr\"><is><t>a\r\nb\rc\nd</t></is></c>", text("a\nb\nc\nd")},
		{"inline empty", `<c r="A1" t="inlineStr"><is><t></t></is></c>`, blank},
		{"inline none", `<c r="A1" t="inlineStr"/>`, blank},
		{"surrogates", `<c r="A1" t="inlineStr"><is><t>_xD83D__xDD11_ _x41_ _X0041_ _x0041_</t></is></c>`, text("\U0001F511 _x41_ _X0041_ A")},
		{"escape across runs", `<c r="A1" t="inlineStr"><is><r><t>_x00</t></r><r><t>41_</t></r></is></c>`, text("_x0041_")},
		{"string formula", `<c r="A1" t="str"><f>X1</f><v>0012</v></c>`, formula(text("0012"))},
		{"string without formula", `<c r="A1" t="str"><v> x_x0041_</v></c>`, text(" xA")},
		{"empty string formula", `<c r="A1" t="str"><f>X1</f><v></v></c><c r="B1"><v>1</v></c>`, formula(text(""))},
		{"formula without result", `<c r="A1"><f>X1</f></c>`, formula(blank)},
		{"formula with an empty result", `<c r="A1"><f>X1</f><v/></c>`, formula(blank)},
		{"shared formula", `<c r="A1"><f t="shared" si="0"/><v>2</v></c>`, formula(number("2", cellio.FormatGeneral, 0))},
		{"number", `<c r="A1"><v>4567890123456789</v></c>`, number("4567890123456789", cellio.FormatGeneral, 0)},
		{"number n", `<c r="A1" t="n"><v> 4.5678901234567891E+15 </v></c>`, number("4.5678901234567891E+15", cellio.FormatGeneral, 0)},
		{"negative", `<c r="A1"><v>-.5</v></c>`, number("-.5", cellio.FormatGeneral, 0)},
		{"empty v", `<c r="A1"><v></v></c>`, blank},
		{"empty c", `<c r="A1" s="3"/>`, blank},
		{"custom @", `<c r="A1" s="1"><v>308346877</v></c>`, number("308346877", cellio.FormatText, 0)},
		{"built-in text", `<c r="A1" s="9"><v>1</v></c>`, number("1", cellio.FormatText, 0)},
		{"zeros", `<c r="A1" s="2"><v>123</v></c>`, number("123", cellio.FormatPad, 5)},
		{"ten zeros", `<c r="A1" s="20"><v>123</v></c>`, number("123", cellio.FormatPad, 10)},
		{"built-in 0", `<c r="A1" s="15"><v>123</v></c>`, number("123", cellio.FormatPad, 1)},
		{"thousands", `<c r="A1" s="3"><v>1234567</v></c>`, number("1234567", cellio.FormatOther, 0)},
		{"percent", `<c r="A1" s="16"><v>0.5</v></c>`, number("0.5", cellio.FormatOther, 0)},
		{"coloured general", `<c r="A1" s="10"><v>7</v></c>`, number("7", cellio.FormatOther, 0)},
		{"quoted day", `<c r="A1" s="12"><v>7</v></c>`, number("7", cellio.FormatOther, 0)},
		{"dashes", `<c r="A1" s="13"><v>12345</v></c>`, number("12345", cellio.FormatOther, 0)},
		{"custom General", `<c r="A1" s="14"><v>12345</v></c>`, number("12345", cellio.FormatGeneral, 0)},
		{"red", `<c r="A1" s="18"><v>7</v></c>`, number("7", cellio.FormatOther, 0)},
		{"conditions", `<c r="A1" s="19"><v>7</v></c>`, number("7", cellio.FormatOther, 0)},
		{"date 14", `<c r="A1" s="4"><v>45292</v></c>`, date("2024-01-01")},
		{"date 14 with a time", `<c r="A1" s="4"><v>45292.5</v></c>`, date("2024-01-01T12:00:00")},
		{"date 22", `<c r="A1" s="5"><v>45292.5</v></c>`, date("2024-01-01T12:00:00")},
		{"date 22 at midnight", `<c r="A1" s="5"><v>45292</v></c>`, date("2024-01-01T00:00:00")},
		{"custom date", `<c r="A1" s="6"><v>45292.75</v></c>`, date("2024-01-01T18:00:00")},
		{"locale date", `<c r="A1" s="11"><v>45292</v></c>`, date("2024-01-01")},
		{"rounding", `<c r="A1" s="5"><v>45292.999999</v></c>`, date("2024-01-02T00:00:00")},
		{"rounding a date", `<c r="A1" s="4"><v>45291.999999</v></c>`, date("2024-01-01")},
		{"day 1", `<c r="A1" s="4"><v>1</v></c>`, date("1900-01-01")},
		{"day 59", `<c r="A1" s="4"><v>59</v></c>`, date("1900-02-28")},
		{"day 60 never was", `<c r="A1" s="4"><v>60</v></c>`, number("60", cellio.FormatOther, 0)},
		{"day 61", `<c r="A1" s="4"><v>61</v></c>`, date("1900-03-01")},
		{"last day", `<c r="A1" s="4"><v>2958465</v></c>`, date("9999-12-31")},
		{"past the last day", `<c r="A1" s="4"><v>2958466</v></c>`, number("2958466", cellio.FormatOther, 0)},
		{"rounded past the last day", `<c r="A1" s="4"><v>2958465.999999</v></c>`, date("9999-12-31")},
		{"negative date", `<c r="A1" s="4"><v>-1</v></c>`, number("-1", cellio.FormatOther, 0)},
		{"time of day alone", `<c r="A1" s="17"><v>0.5</v></c>`, number("0.5", cellio.FormatTime, 0)},
		{"hour of a day past", `<c r="A1" s="17"><v>1.04</v></c>`, number("1.04", cellio.FormatTime, 0)},
		{"hour of a date", `<c r="A1" s="17"><v>45292.5</v></c>`, date("2024-01-01T12:00:00")},
		{"custom hour", `<c r="A1" s="21"><v>0.5</v></c>`, number("0.5", cellio.FormatTime, 0)},
		{"half a day shown as a date", `<c r="A1" s="6"><v>0.5</v></c>`, number("0.5", cellio.FormatOther, 0)},
		{"month", `<c r="A1" s="22"><v>1.04</v></c>`, month("1900-01-01T00:57:36")},
		{"month and year", `<c r="A1" s="23"><v>46539</v></c>`, month("2027-06-01")},
		{"date 17", `<c r="A1" s="24"><v>46539</v></c>`, month("2027-06-01")},
		{"duration", `<c r="A1" s="7"><v>45292.5</v></c>`, number("45292.5", cellio.FormatTime, 0)},
		{"built-in duration", `<c r="A1" s="8"><v>45292.5</v></c>`, number("45292.5", cellio.FormatTime, 0)},
		{"date formula", `<c r="A1" s="4"><f>X1</f><v>45292</v></c>`, formula(date("2024-01-01"))},
		{"iso date", `<c r="A1" t="d"><v>2024-01-01</v></c>`, date("2024-01-01")},
		{"iso time", `<c r="A1" t="d"><v>2024-01-01T12:00:00</v></c>`, date("2024-01-01T12:00:00")},
		{"iso instant", `<c r="A1" t="d"><v>2028-07-01T12:00:00Z</v></c>`, date("2028-07-01T12:00:00Z")},
		{"iso instant by offset", `<c r="A1" t="d"><v>2028-07-01T12:00:00+02:00</v></c>`, date("2028-07-01T12:00:00+02:00")},
		{"iso instant west of Greenwich", `<c r="A1" t="d"><v>2028-07-01T12:00-03:30</v></c>`, date("2028-07-01T12:00:00-03:30")},
		{"iso instant with a fraction", `<c r="A1" t="d"><v>2028-06-30T23:59:59.600Z</v></c>`, date("2028-07-01T00:00:00Z")},
		{"iso instant at midnight, shown as a date", `<c r="A1" s="4" t="d"><v>2028-07-01T00:00:00Z</v></c>`, date("2028-07-01T00:00:00Z")},
		{"iso instant at no offset", `<c r="A1" t="d"><v>2028-07-01T12:00:00+00:00</v></c>`, date("2028-07-01T12:00:00Z")},
		{"iso fraction", `<c r="A1" t="d"><v>2024-01-01T23:59:59.600</v></c>`, date("2024-01-02T00:00:00")},
		{"iso minutes", `<c r="A1" t="d"><v>2024-01-01T08:30</v></c>`, date("2024-01-01T08:30:00")},
		{"iso midnight shown as a date", `<c r="A1" s="4" t="d"><v>2024-01-01T00:00:00</v></c>`, date("2024-01-01")},
		{"iso midnight shown with its time", `<c r="A1" s="5" t="d"><v>2024-01-01</v></c>`, date("2024-01-01T00:00:00")},
		{"true", `<c r="A1" t="b"><v>1</v></c>`, cellio.Cell{Kind: cellio.Bool, Text: "TRUE"}},
		{"false by formula", `<c r="A1" t="b"><f>X1</f><v>0</v></c>`, formula(cellio.Cell{Kind: cellio.Bool, Text: "FALSE"})},
		{"error", `<c r="A1" t="e"><v>#N/A</v></c>`, cellio.Cell{Kind: cellio.Error, Text: "#N/A"}},
		{"error by formula", `<c r="A1" t="e"><f>X1</f><v>#REF!</v></c>`, formula(cellio.Cell{Kind: cellio.Error, Text: "#REF!"})},
		{"extension", `<c r="A1"><v>5</v><extLst><ext uri="x"><y:z xmlns:y="y"/></ext></extLst></c>`, number("5", cellio.FormatGeneral, 0)},
		{"white space between", "<c r=\"A1\">\n <f>1</f>\r\n\t<v>5</v> </c>", formula(number("5", cellio.FormatGeneral, 0))},
		{"other attributes", `<c cm="1" r="A1" s="0" ph='1' vm="1"><v>5</v></c>`, number("5", cellio.FormatGeneral, 0)},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			// A second row keeps the first one in place when it is blank.
			book := xlsxtest.Book{
				Sheets:        []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(`<row r="1">` + tc.cell + `</row><row r="2"><c r="A2"><v>9</v></c></row>`)}},
				SharedStrings: shared, Styles: styles,
			}
			lines, _, err := readAll(book.Bytes(t))
			if err != nil {
				t.Fatal(err)
			}
			want := 2
			if tc.want == blank {
				want = 1
			}
			if len(lines) != want {
				t.Fatalf("read %d lines, want %d: %+v", len(lines), want, lines)
			}
			if want == 2 {
				if diff := cmp.Diff(tc.want, lines[0].Cells[0]); diff != "" {
					t.Errorf("cell (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestDates1904(t *testing.T) {
	for serial, want := range map[string]string{"1": "1904-01-02", "60": "1904-03-01", "43830": "2024-01-01", "43830.999999": "2024-01-02", "2957003": "9999-12-31"} {
		book := xlsxtest.Book{
			Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(`<row><c s="1"><v>` + serial + `</v></c><c><v>5</v></c></row>`)}},
			Styles: xlsxtest.Styles("#14"), Date1904: true,
		}
		lines, _, err := readAll(book.Bytes(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := lines[0].Cells[0]; got != date(want) {
			t.Errorf("serial %s is %+v, want %s", serial, got, want)
		}
		if got := lines[0].Cells[1]; got.Kind != cellio.Number || !got.From1904 {
			t.Errorf("number beside it is %+v, want one that counts from 1904", got)
		}
	}
}

func TestLines(t *testing.T) {
	book := xlsxtest.Book{Sheets: []xlsxtest.Sheet{{Name: "S", XML: xlsxtest.Rows(
		`<row r="2" hidden="1"><c r="B2"><v>1</v></c><c r="D2"/></row>` +
			`<row><c><v>3</v></c><c r="XFD3" t="inlineStr"><is><t>end</t></is></c></row>` +
			`<row r="5"><c r="A5" t="str"><f>1</f><v></v></c></row><row r="6"/>` +
			`<row r="7" ht="0" customHeight="1"><c><v>7</v></c></row><row r="8" ht="0.5"><c><v>7</v></c></row>` +
			`<row r="1048576" hidden="0"><c><v>7</v></c><c><v>8</v></c></row>`)}}}
	lines, _, err := readAll(book.Bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lines {
		got = append(got, fmt.Sprint(l.Number, l.Hidden, len(l.Cells)))
	}
	want := []string{"2 true 2", "3 false 16384", "7 true 1", "8 false 1", "1048576 false 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("number, hidden, cells (-want +got):\n%s", diff)
	}
}
