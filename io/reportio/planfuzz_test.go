package reportio_test

import (
	"bytes"
	"testing"

	"keyroster/io/reportio"
)

// FuzzReadPlan: whatever a file holds, it is either refused, or read as a whole plan that says the
// same when it is written again.
func FuzzReadPlan(f *testing.F) {
	var whole bytes.Buffer
	if err := reportio.WritePlan(&whole, &reportio.PlanFile{Account: "a", Provider: "p", Lines: func(yield func(*reportio.PlanLine, error) bool) {
		_ = yield(&reportio.PlanLine{CredentialID: "c", Fields: []reportio.PlanField{{Name: "value"}}}, nil)
	}}); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()/2])
	f.Add([]byte(`{"schema":"keyroster/plan/1","lines":[]}`))
	f.Add([]byte(`{"lines":[{"line":1e9}],"schema":"keyroster/plan/1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		plan, err := reportio.ReadPlan(bytes.NewReader(data))
		if err != nil {
			return
		}
		digest := plan.Digest
		var again bytes.Buffer
		if err := reportio.WritePlan(&again, plan); err != nil {
			t.Fatalf("a plan that was read cannot be written: %v", err)
		}
		back, err := reportio.ReadPlan(bytes.NewReader(again.Bytes()))
		if err != nil || back.Digest != digest {
			t.Fatalf("a plan that was written again is another: %v", err)
		}
	})
}
