package exportio

import (
	"bytes"
	"testing"

	"keyroster/io/xlsxio/xlsxtest"
)

func TestWorkbooksKeepToTheStandard(t *testing.T) {
	two := New(source(t))
	two.Name = "second"
	for name, e := range map[string]*Export{
		"one account": export(New(source(t))), "two accounts": export(New(source(t)), two), "no credential": export(New(Source{Account: "hq", Listing: listing(), Marks: marks(t, "k")})),
	} {
		var out bytes.Buffer
		if err := Write(&out, XLSX, e); err != nil {
			t.Fatal(err)
		}
		for _, fault := range xlsxtest.Faults(out.Bytes()) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}
