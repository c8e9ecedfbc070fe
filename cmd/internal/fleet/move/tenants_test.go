package move

import (
	"io"
	"testing"

	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
)

// TestRunsThatWereKeptSmall: a run that was kept small has no plan; its report says whose it is.
func TestRunsThatWereKeptSmall(t *testing.T) {
	s := memory.New()
	of, err := s.Tenant("doorflow", "abc123")
	must(t, err)
	l, err := of.Lock(store.Holder{})
	must(t, err)
	const id = "20260131T020001Z-hq-00aa22"
	run, err := l.Adopt(id)
	must(t, err)
	must(t, run.Write(store.ReportJSONFile, func(w io.Writer) error {
		return reportio.WriteJSON(w, &reportio.Report{
			Schema: reportio.Schema, RunID: id, Account: "hq", Provider: "doorflow", Tenant: "abc123",
		})
	}))
	must(t, l.Close())
	found, err := sortRuns(s)
	must(t, err)
	hq := owner{"doorflow", "abc123"}
	if len(found.runs[hq]) != 1 || len(found.ownerless) > 0 {
		t.Errorf("%+v", found)
	}
	if of, known := found.tenantOf("hq"); !known || of != hq {
		t.Errorf("the account's tenant is %v", of)
	}
	if of, known := tenantOfRuns(s, "hq"); !known || of != hq {
		t.Errorf("its tenant by its runs is %v", of)
	}
}
