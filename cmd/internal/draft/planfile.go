package draft

import (
	"errors"
	"io"
	"iter"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/atomicio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// MarkedPlan is a plan file with the fingerprints of its lines.
type MarkedPlan struct {
	*reportio.PlanFile
	Marks *reportio.HMAC
}

// PlanFile returns the content of plan.json, made by tool ("keyroster 1.2.3"). It needs the
// tenant's fingerprint key, so Known must be set.
func (d *Draft) PlanFile(tool string) (*MarkedPlan, error) {
	if d.Known == nil {
		return nil, failure.Wrap(failure.Stopped, errors.New("no key is known for the plan's fingerprints"))
	}
	marks := d.Known.Marks
	file := &reportio.PlanFile{
		Tool: tool, Tenant: d.Account.Tenant.ID, Account: d.Account.Config.Name, Provider: d.Account.Spec.Name,
		CreatedAt: d.Started.UTC(), Listing: reportio.ListingOf(d.Listing), Limits: d.Limits, Overrides: d.Lifted,
		KeyID: marks.KeyID(), Lines: reportio.PlanLinesOf(d.Plan, d.Roster, marks),
	}
	for _, f := range d.Roster.Files {
		file.Roster = append(file.Roster, reportio.PlanRoster{
			File: f.Name, SHA256: f.SHA256, Rows: f.Rows, Wide: wideOf(f),
		})
		for _, side := range f.SideFiles {
			file.SideFiles = append(file.SideFiles, reportio.Input{File: side.Name, SHA256: side.SHA256})
		}
	}
	return &MarkedPlan{file, marks}, nil
}

// wideOf returns the value columns of a file's wide tables, in the form that plans store.
func wideOf(f reconcile.File) []reportio.PlanColumn {
	var columns []reportio.PlanColumn
	for _, c := range f.Wide {
		columns = append(columns, reportio.PlanColumn{Header: c.Header, Type: c.Type})
	}
	return columns
}

// Save writes the plan, made by tool, to path, unless that is empty, and returns its digest.
func (d *Draft) Save(tool, path string) (digest string, err error) {
	file, err := d.PlanFile(tool)
	if err != nil {
		return "", err
	}
	if path != "" {
		write := func(w io.Writer) error { return reportio.WritePlan(w, file.PlanFile) }
		if err := atomicio.WriteFile(path, 0o600, write); err != nil {
			return "", failure.New(failure.Stopped, "", "save the plan: %v", err)
		}
		return file.Digest, nil
	}
	if digest, err = file.ComputeDigest(); err != nil {
		return "", failure.New(failure.Stopped, "", "compute the plan's digest: %v", err)
	}
	return digest, nil
}

// Differs reports whether a recomputed plan differs from the saved one: by its digest, and, if
// both were made with the same key, line by line with the fingerprints of the values.
func (m *MarkedPlan) Differs(saved *history.SavedPlan) (bool, error) {
	digest, err := m.ComputeDigest()
	if err != nil || digest != saved.Digest || m.KeyID != saved.KeyID {
		return digest != saved.Digest, err
	}
	next, stop := iter.Pull2(saved.Lines)
	defer stop()
	for line, err := range m.Lines {
		if err != nil {
			return false, err
		}
		other, err, ok := next()
		if err != nil {
			return false, err
		}
		if !ok || other.Line != line.Line || history.Approval(other) != history.Approval(line) {
			return true, nil
		}
	}
	_, err, more := next()
	return more, err
}
