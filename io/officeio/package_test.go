package officeio_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"keyroster/io/cellio"
	"keyroster/io/officeio"
	"keyroster/io/xlsxio/xlsxtest"
)

func open(t *testing.T, most int64, entries ...xlsxtest.Entry) (*officeio.Package, error) {
	t.Helper()
	data := xlsxtest.Zip(t, true, entries...)
	return officeio.Open("book.xlsx", bytes.NewReader(data), int64(len(data)), most)
}

func kindOf(err error) string {
	if fault, ok := errors.AsType[*cellio.InputError](err); ok {
		return fault.Kind
	}
	return ""
}

func TestNamesThatProgramsReadDifferentlyAreRefused(t *testing.T) {
	for _, name := range []string{"../x", "xl/../y", "/x", `c:\x`, `XL\A.xml`, "a\x00b"} {
		_, err := open(t, 1<<20, xlsxtest.Entry{Name: "xl/a.xml", Data: "x"}, xlsxtest.Entry{Name: name, Data: "x"})
		if kindOf(err) != cellio.KindDamaged {
			t.Errorf("an entry named %q: %v", name, err)
		}
	}
}

func TestPartsAreFoundAsProgramsFindThem(t *testing.T) {
	p, err := open(t, 1<<20, xlsxtest.Entry{Name: `XL\Sheets\One 1.xml`, Data: "<a/>"})
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"sheets/one 1.xml", `Sheets\One 1.xml`, "/xl/sheets/one 1.xml", "sheets/one%201.xml", "../xl/sheets/one 1.xml"} {
		name := p.Resolve("xl/workbook.xml", target)
		if data, err := p.Read(name, officeio.SmallPart); err != nil || string(data) != "<a/>" {
			t.Errorf("%q leads to %q: %v", target, name, err)
		}
	}
	if _, err := p.Read("xl/none.xml", officeio.SmallPart); kindOf(err) != cellio.KindDamaged {
		t.Errorf("a part that is missing: %v", err)
	}
}

func TestTheWayToAPart(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"xl/workbook.xml", "xl/styles.xml", "styles.xml"},
		{"xl/worksheets/sheet1.xml", "xl/comments1.xml", "../comments1.xml"},
		{"", "xl/workbook.xml", "xl/workbook.xml"},
		{"a/b.xml", "c/d.xml", "../c/d.xml"},
	} {
		if got := officeio.Relative(c.from, c.to); got != c.want {
			t.Errorf("from %q to %q: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	if got := officeio.RelationsPart("xl/workbook.xml") + " " +
		officeio.RelationsPart(""); got != "xl/_rels/workbook.xml.rels _rels/.rels" {
		t.Error(got)
	}
}

// TestBounds: a part that is kept counts against the bound for all parts; one that is not kept
// counts anew each time.
func TestBounds(t *testing.T) {
	p, err := open(t, 100, xlsxtest.Entry{Name: "a", Data: strings.Repeat("x", 60)})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		part, err := p.Open("a")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(part); err != nil {
			t.Fatal(err)
		}
		part.Close()
	}
	if _, err := p.Read("a", 59); kindOf(err) != cellio.KindTooLarge {
		t.Errorf("60 bytes where 59 may be: %v", err)
	}
	if _, err := p.Read("a", 60); err != nil {
		t.Error(err)
	}
	if _, err := p.Read("a", 60); kindOf(err) != cellio.KindTooLarge {
		t.Errorf("120 bytes where 100 may be: %v", err)
	}
}

func TestRelationsAndTypes(t *testing.T) {
	p, err := open(
		t, 1<<20,
		xlsxtest.Entry{Name: "[Content_Types].xml", Data: `<Types><Default Extension="XML" ContentType="plain"/><Override PartName="/xl/Book.xml" ContentType="book"/></Types>`},
		xlsxtest.Entry{Name: "xl/_rels/book.xml.rels", Data: `<Relationships><Relationship Id="a" Type="urn:x/styles" Target="s.xml"/><Relationship Id="b" Type="urn:x/styles" Target="http://example.com" TargetMode="External"/></Relationships>`},
	)
	if err != nil {
		t.Fatal(err)
	}
	types, err := p.ContentTypes()
	if got := types.Of("xl/book.xml") + " " + types.Of("xl/other.xml") + " " + types.Of("a.png"); err != nil || got != "book plain " {
		t.Errorf("types %q, %v", got, err)
	}
	rels, err := p.RelationsOf("xl/book.xml")
	if err != nil || len(rels) != 2 || !rels[0].Is("styles") || rels[0].Is("style") || rels[1].Is("styles") {
		t.Errorf("relations %v, %v", rels, err)
	}
}
