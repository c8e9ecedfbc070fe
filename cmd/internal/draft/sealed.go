package draft

import (
	"fmt"
	"strings"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/history"
	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/reconcile"
)

// PutMeta adds to a snapshot's Meta what [Restore] needs besides plan, roster and listing.
func (d *Draft) PutMeta(m map[string]string) {
	m[history.MetaStarted] = d.Started.Format(time.RFC3339Nano)
	if undone := d.undoes(); undone != "" {
		m[history.MetaUndoes] = undone
	}
	m[history.MetaHolders] = strings.Join(d.Options.Holders, "\n")
	m[history.MetaColumns] = strings.Join(d.Columns, "\n")
	for name, l := range d.Limits {
		m[history.MetaLimit+name] = l.String()
	}
	for n, l := range d.Lifted {
		m[liftedKey(n)] = l.Name + "\n" + l.Value + "\n" + l.Reason
	}
}

// Restore rebuilds the draft from a snapshot. It has only those options that say what the plan
// covers, no resolved rows and no mask: to continue with it, set Mask and call
// [Draft.FlagUnlisted].
func Restore(acc *account.Account, known *history.Known, snapshot *sealio.Snapshot) (*Draft, error) {
	d := &Draft{
		Account: acc, Known: known, Roster: snapshot.Roster, Plan: snapshot.Plan, Listing: snapshot.Listing,
		Options: Options{Additive: snapshot.Meta[history.MetaMigration] != ""},
		Limits:  reconcile.Limits{},
	}
	var err error
	if d.Started, err = time.Parse(time.RFC3339Nano, snapshot.Meta[history.MetaStarted]); err != nil {
		return nil, fmt.Errorf("read the run's sealed copy: %w", err)
	}
	if holders := snapshot.Meta[history.MetaHolders]; holders != "" {
		d.Options.Holders, d.Options.Found = strings.Split(holders, "\n"), true
	}
	if undone := snapshot.Meta[history.MetaUndoes]; undone != "" {
		d.Options.Undo = &Undo{Run: undone}
	}
	if columns := snapshot.Meta[history.MetaColumns]; columns != "" {
		d.Columns = strings.Split(columns, "\n")
	}
	for name, value := range snapshot.Meta {
		if limit, ok := strings.CutPrefix(name, history.MetaLimit); ok {
			if d.Limits[limit], err = reconcile.ParseLimit(limit, value); err != nil {
				return nil, fmt.Errorf("read the run's sealed copy: %w", err)
			}
		}
	}
	for n := 0; ; n++ {
		parts := strings.SplitN(snapshot.Meta[liftedKey(n)], "\n", 3)
		if len(parts) < 3 {
			return d, nil
		}
		d.Lifted = append(d.Lifted, reportio.Override{Name: parts[0], Value: parts[1], Reason: parts[2]})
	}
}

// liftedKey is the member of Meta for the nth lifted rule.
func liftedKey(n int) string { return fmt.Sprintf("%s%d", history.MetaLifted, n) }
