package run

import (
	"cmp"
	"io"

	"keyroster/cmd/internal/failure"
	"keyroster/io/csvio"
	"keyroster/io/exportio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// backupFile is the encrypted roster that reverts a run.
const backupFile = "backup.csv.age"

// backUp writes the records that the run will change as they are now: a roster that reverts the run,
// encrypted to the key in the options or the configuration. Without a recipient it writes nothing.
func (p *Planned) backUp() error {
	to := cmp.Or(p.options.BackupTo, p.account.Config.BackupTo)
	if to == "" {
		return nil
	}
	recipients, err := exportio.ParseRecipients([]string{to})
	if err != nil {
		return &failure.Error{
			Kind: failure.Usage, Err: err, Hint: "--backup-to takes a public key: age1…, or ssh-ed25519 …",
		}
	}
	p.run.HoldsValues(backupFile)
	err = p.run.Write(backupFile, func(w io.Writer) error {
		return recipients.Seal(w, func(w io.Writer) error { return writeBackup(w, p.draft.Plan, p.run.ID()) })
	})
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}

// writeBackup writes a row for every record that a plan changes: its present values, or absent
// if the plan creates it. Masked values stay blank, since they cannot be read.
func writeBackup(w io.Writer, plan *reconcile.Plan, runID string) error {
	schema := plan.Want.Schema()
	var columns []int
	var header []string
	for col := range schema.Columns {
		if schema.Columns[col].Role != reconcile.RoleInfo {
			columns = append(columns, col)
			header = append(header, schema.Columns[col].Name)
		}
	}
	out := csvio.NewWriter(w)
	// The column marks the file as partial: it says nothing about other records.
	if err := out.Write(append(header, rosterio.ReasonColumn)); err != nil {
		return err
	}
	for i := range plan.Lines {
		if !plan.Lines[i].Sends() {
			continue
		}
		row := make([]string, 0, len(columns)+1)
		for _, col := range columns {
			row = append(row, columnBefore(plan.Change(i), col))
		}
		if err := out.Write(append(row, "as it was before run "+runID)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// columnBefore is a column of a change's row in the backup.
func columnBefore(c reconcile.Change, col int) string {
	column := &c.Schema().Columns[col]
	if column.Role == reconcile.RoleState {
		if c.Action == reconcile.Create {
			return reconcile.StateAbsent
		}
		return reconcile.StatePresent
	}
	if c.Action == reconcile.Create {
		if column.Pairs {
			return c.Want.Cell(col).Text()
		}
		return ""
	}
	cell := c.Have.Cell(col)
	// A cell that the run filled must be cleared explicitly, even if the provider cannot clear
	// it: then the row is blocked, or replaced with recreate: true.
	filled := c.Action != reconcile.Delete && c.Fields.Has(col)
	if cell.State() == reconcile.Empty && column.Role == reconcile.RoleManaged &&
		(filled || column.Can&reconcile.CanClear != 0) {
		return reconcile.EmptyMarker
	}
	return reconcile.RosterText(cell.Text())
}
