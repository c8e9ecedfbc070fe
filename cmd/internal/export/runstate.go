package export

import (
	"cmp"
	"errors"

	"keyroster/io/exportio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// schemaOf is the schema of a provider's records, or nil.
func schemaOf(provider string) *reconcile.Schema {
	if spec := all.Lookup(provider); spec != nil {
		return spec.Schema
	}
	return nil
}

// noPlan is the error for a folder without the plan of an account's run.
func noPlan(folder string) error { return errors.New(folder + " is not a run folder with a plan") }

// errPart is the error for a run that covered only some records.
var errPart = errors.New("the run covered only some holders, not the whole account")

// baselineOfRun is what an account held at the end of a run, from its report and plan: ids,
// holders, types and values of all credentials.
func baselineOfRun(ref string, one *store.Run) (*exportio.Baseline, string, error) {
	plan, err := one.Open(store.PlanFile)
	if err != nil {
		return baselineOfSmallRun(ref, one)
	}
	defer func() { _ = plan.Close() }()
	saved, err := reportio.ReadPlan(plan)
	if err != nil {
		return nil, "", err
	}
	file, err := one.Open(store.ReportJSONFile)
	if err != nil {
		return nil, "", errors.New(ref + " has no report: the run is not finished")
	}
	defer func() { _ = file.Close() }()
	report, err := reportio.ReadJSON(file)
	if err != nil {
		return nil, "", err
	}
	schema := schemaOf(report.Provider)
	if schema == nil {
		return nil, "", errors.New("unknown provider " + report.Provider)
	}
	written, err := writtenMarks(saved, schema)
	if err != nil {
		return nil, "", err
	}
	r := &runState{
		report: report, schema: schema, set: reconcile.NewSet(schema, report.Summary.Records),
		marks: written,
	}
	for line, err := range report.Lines {
		if err != nil {
			return nil, "", err
		}
		r.add(line)
	}
	if r.existed < report.Summary.Records {
		return nil, "", errPart
	}
	b := &exportio.Baseline{
		File: ref, At: report.FinishedAt, KeyID: saved.KeyID, Records: r.set,
		Columns: []string{schema.NameOf(reconcile.HolderID), schema.NameOf(reconcile.TypeID)},
	}
	if v := schema.Value(); v >= 0 {
		b.Columns = append(b.Columns, schema.Columns[v].Name)
	}
	return b, report.Account, nil
}

// marksOf are the fingerprints of a line's value before and after.
type marksOf struct{ before, after string }

func writtenMarks(saved *reportio.PlanFile, schema *reconcile.Schema) (map[int]marksOf, error) {
	out := map[int]marksOf{}
	if schema.Value() < 0 {
		return out, nil
	}
	name := schema.Columns[schema.Value()].Name
	for line, err := range saved.Lines {
		if err != nil {
			return nil, err
		}
		for _, f := range line.Fields {
			if f.Name == name {
				out[line.Line] = marksOf{f.FingerprintBefore, f.FingerprintAfter}
			}
		}
	}
	return out, nil
}

// runState collects what an account held after a run.
type runState struct {
	report *reportio.Report
	schema *reconcile.Schema
	set    *reconcile.Set
	marks  map[int]marksOf
	// existed counts the lines whose record existed when the run began.
	existed int
	seen    map[string]bool
}

func (r *runState) add(l *reportio.Line) {
	applied := l.Outcome == reconcile.Applied
	had := l.Action != reconcile.Create && l.Situation != reconcile.Missing && l.CredentialID != "" &&
		!r.report.LacksRecord(l)
	if had && !r.seen[l.CredentialID] {
		r.existed++
	}
	id, marks := l.CredentialID, r.marksOf(l)
	mark := marks.before
	switch {
	case applied && l.Action == reconcile.Delete, !had && !applied:
		r.note(l.CredentialID)
		return
	case applied:
		id, mark = cmp.Or(l.NewCredentialID, l.CredentialID), marks.after
	}
	if id == "" || r.seen[id] {
		return
	}
	r.note(l.CredentialID)
	r.note(id)
	cells := make([]reconcile.Cell, len(r.schema.Columns))
	for m, text := range map[reconcile.Meaning]string{
		reconcile.HolderID: l.HolderID, reconcile.HolderName: l.HolderName,
		reconcile.TypeID: l.Type, reconcile.TypeName: l.TypeName, reconcile.Fingerprint: mark,
	} {
		if col := r.schema.At(m); col >= 0 {
			cells[col] = reconcile.TextCell(text)
		}
	}
	cells[r.schema.Key()] = reconcile.TextCell(id)
	if v := r.schema.Value(); v >= 0 {
		cells[v] = reconcile.MaskedCell()
	}
	r.set.Add(cells)
}

// marksOf returns the fingerprints of a line's value. The plan has those of a value that was to
// change. Otherwise the report has a single one, which is the record's if row and record were
// compared, or if there is no row.
func (r *runState) marksOf(l *reportio.Line) marksOf {
	if changes, planned := r.marks[l.Line]; planned {
		return changes
	}
	switch l.Situation {
	case reconcile.InSync, reconcile.Drifted, reconcile.Unlisted:
		return marksOf{l.Fingerprint, l.Fingerprint}
	}
	if l.Source == nil {
		return marksOf{l.Fingerprint, l.Fingerprint}
	}
	return marksOf{}
}

func (r *runState) note(id string) {
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	r.seen[id] = true
}
