package export

import (
	"cmp"
	"errors"

	"keyroster/io/exportio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// baselineOfSmallRun is what an account held at the end of a run without changes that was kept
// small: the credentials that its report names, and a digest of all others.
func baselineOfSmallRun(ref string, one *store.Run) (*exportio.Baseline, string, error) {
	file, err := one.Open(store.ReportJSONFile)
	if err != nil {
		return nil, "", noPlan(ref)
	}
	defer func() { _ = file.Close() }() // it was only read
	report, err := reportio.ReadJSON(file)
	if err != nil || report.KeptSmall == nil {
		return nil, "", cmp.Or(err, noPlan(ref))
	}
	schema := schemaOf(report.Provider)
	if schema == nil {
		return nil, "", errors.New("unknown provider " + report.Provider)
	}
	r := &runState{
		report: report, schema: schema, set: reconcile.NewSet(schema, report.Summary.Unlisted), marks: map[int]marksOf{},
	}
	for line, err := range report.Lines {
		if err != nil {
			return nil, "", err
		}
		r.add(line)
	}
	if r.existed+report.KeptSmall.Records < report.Summary.Records {
		return nil, "", errPart
	}
	b := &exportio.Baseline{
		File: ref, At: report.FinishedAt, KeyID: report.KeyID, Records: r.set, KeptSmall: report.KeptSmall,
		Columns: []string{schema.NameOf(reconcile.HolderID), schema.NameOf(reconcile.TypeID)},
	}
	if v := schema.Value(); v >= 0 {
		b.Columns = append(b.Columns, schema.Columns[v].Name)
	}
	return b, report.Account, nil
}
