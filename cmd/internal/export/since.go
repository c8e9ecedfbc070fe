package export

import (
	"os"
	"slices"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/exportio"
	"keyroster/io/store"
)

// LoadBaseline reads the earlier export, or the run, that since names, for each account; nil if
// since is empty. If it lacks one of several accounts, that is no error: a new account must not
// prevent comparing the others.
func LoadBaseline(
	kept store.Store, since string, in *accounts.Chosen,
) (map[string]*exportio.Baseline, error) {
	if since == "" {
		return nil, nil
	}
	out := map[string]*exportio.Baseline{}
	info, err := os.Stat(since)
	isRun := err == nil && info.IsDir()
	var one *store.Run
	if err != nil || isRun {
		one, _ = kept.Run(since) // the plan is enough, even if the manifest is bad
	}
	switch {
	case err != nil && one == nil:
		return nil, failure.New(failure.Usage, "name an export, or a run by its id or folder", "read --since: %v", err)
	case isRun && one == nil:
		return nil, failure.New(failure.Usage, "", "read --since: %v", noPlan(since))
	case one != nil:
		b, name, err := baselineOfRun(since, one)
		if err != nil {
			return nil, failure.New(failure.Usage, "", "read --since: %v", err)
		}
		out[name] = b
	default:
		earlier, err := draft.ReadExport(since)
		if err != nil {
			return nil, err
		}
		for _, one := range earlier.Accounts {
			out[one.Name] = &exportio.Baseline{
				File: since, At: one.ListedAt, KeyID: one.KeyID, Filters: one.Filters, Records: one.Records, Columns: one.Columns,
			}
		}
	}
	missing := slices.DeleteFunc(in.Names(), func(name string) bool { return out[name] != nil })
	if n := len(missing); n > 0 && (!in.Several || n == len(in.Targets)) {
		return nil, failure.New(failure.Usage, "", "%s does not include account %s", since, failure.List(missing))
	}
	return out, nil
}
