package move

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/storage"
	"keyroster/io/configio"
	"keyroster/io/store"
	"keyroster/io/store/folder"
)

// Moved is the result of moving tenants.
type Moved struct {
	Schema string `json:"schema"`
	// From and To name the places.
	From     string   `json:"from"`
	To       string   `json:"to"`
	ExitCode int      `json:"exit_code"`
	Tenants  []Tenant `json:"tenants"`
	// Skipped are the runs whose tenant could not be determined.
	Skipped []string `json:"skipped"`
}

// Tenant is the result for one tenant.
type Tenant struct {
	Provider string `json:"provider"`
	Tenant   string `json:"tenant"`
	State    string `json:"state"`
	Runs     int    `json:"runs"`
	Files    int    `json:"files"`
	ExitCode int    `json:"exit_code"`
	Error    string `json:"error"`
	Hint     string `json:"hint"`
}

// owner is the tenant that a run belongs to.
type owner struct{ provider, tenant string }

// Import moves the tenants of accounts from the folders into the database; all tenants if no
// account is given.
func Import(s *storage.Storage, accounts []*configio.Account) (*Moved, error) {
	folders, state, db, err := places(s)
	if err != nil {
		return nil, err
	}
	sorted, err := sortRuns(folders)
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	all, err := folders.Tenants()
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	m := &Moved{
		Schema:  "keyroster/fleet-import/1",
		From:    placeOf(state),
		To:      "the database " + db.Place,
		Skipped: sorted.ownerless,
	}
	return m, m.move(accounts, sorted.tenantOf, all, db.Tenant, func(t store.Tenant) ([]*store.Run, error) {
		return sorted.runs[ownerOf(t)], nil
	})
}

// Export moves tenants back, from the database into the folders.
func Export(s *storage.Storage, accounts []*configio.Account) (*Moved, error) {
	folders, state, db, err := places(s)
	if err != nil {
		return nil, err
	}
	all, err := db.Tenants()
	if err != nil {
		return nil, db.Failure(err)
	}
	m := &Moved{
		Schema:  "keyroster/fleet-export/1",
		From:    "the database " + db.Place,
		To:      placeOf(state),
		Skipped: []string{},
	}
	tenantOf := func(account string) (owner, bool) { return tenantOfRuns(db.Store, account) }
	return m, m.move(accounts, tenantOf, all, folders.Tenant, func(t store.Tenant) ([]*store.Run, error) {
		ids, err := db.RunsOf(t)
		var runs []*store.Run
		for _, id := range ids {
			var run *store.Run
			if run, err = db.Store.Run(id); err != nil {
				break
			}
			runs = append(runs, run)
		}
		return runs, err
	})
}

// places returns the folders, the path of the state folder, and the database.
func places(s *storage.Storage) (*folder.Folder, string, *storage.Database, error) {
	db, err := s.Fleet()
	if err != nil {
		return nil, "", nil, err
	}
	state, err := s.StateFolder()
	if err != nil {
		return nil, "", nil, failure.Wrap(failure.Usage, err)
	}
	return s.Folders(), state, db, nil
}

// placeOf names a state folder so that it can be found from other machines.
func placeOf(state string) string {
	if path, err := filepath.Abs(state); err == nil {
		state = path
	}
	host, _ := os.Hostname()
	return fmt.Sprintf("the folder %s on %s", state, host)
}

func ownerOf(t store.Tenant) owner {
	provider, id := t.Of()
	return owner{provider, id}
}

// move moves the selected tenants. One that cannot be moved stops no other.
func (m *Moved) move(
	accounts []*configio.Account, tenantOf func(account string) (owner, bool), all []store.Tenant,
	make func(provider, tenant string) (store.Tenant, error), runsOf func(store.Tenant) ([]*store.Run, error),
) error {
	meant, err := wanted(accounts, tenantOf)
	if err != nil {
		return err
	}
	m.Tenants = []Tenant{}
	codes := []int{exit.OK}
	for _, from := range all {
		if meant != nil && !slices.Contains(meant, ownerOf(from)) {
			continue
		}
		provider, id := from.Of()
		one := Tenant{Provider: provider, Tenant: id}
		to, err := make(provider, id)
		var runs []*store.Run
		if err == nil {
			runs, err = runsOf(from)
		}
		one.State = refused
		if err == nil {
			var n counted
			one.State, n, err = moveTenant(&end{of: from, name: m.From}, &end{of: to, name: m.To}, runs, time.Now())
			one.Runs, one.Files = n.Runs, n.Files
		}
		if err != nil {
			f := failure.Of(err)
			one.Error, one.Hint, one.ExitCode = f.Error(), f.Hint, exit.Code(f.Kind)
		}
		codes = append(codes, one.ExitCode)
		m.Tenants = append(m.Tenants, one)
	}
	m.ExitCode = exit.Worst(codes)
	return nil
}

// wanted returns the tenants of accounts, nil for all.
func wanted(accounts []*configio.Account, tenantOf func(account string) (owner, bool)) ([]owner, error) {
	var out []owner
	for _, one := range accounts {
		of, known := tenantOf(one.Name)
		switch {
		case known:
		case one.Expect != "":
			of = owner{one.Provider, one.Expect}
		default:
			return nil, failure.New(failure.Usage, "add its expect: to the configuration, or move all with --all",
				"no run of account %s says which tenant it is", one.Name)
		}
		out = append(out, of)
	}
	return out, nil
}

// sorted are the runs in folders, by tenant.
type sorted struct {
	runs      map[owner][]*store.Run
	accounts  map[string]owner
	ownerless []string
}

func (s *sorted) tenantOf(account string) (owner, bool) {
	of, known := s.accounts[account]
	return of, known
}

// sortRuns determines each run's tenant: from its plan or report, else from other runs of the
// same account.
func sortRuns(st store.Store) (*sorted, error) {
	names, err := st.Runs()
	if err != nil {
		return nil, err
	}
	s := &sorted{runs: map[owner][]*store.Run{}, accounts: map[string]owner{}, ownerless: []string{}}
	var without []*store.Run
	for _, name := range names {
		run, err := st.Run(name)
		if err != nil {
			s.ownerless = append(s.ownerless, name)
			continue
		}
		account, of, ok := written(run)
		if !ok {
			without = append(without, run)
			continue
		}
		s.runs[of] = append(s.runs[of], run)
		s.accounts[account] = of
	}
	for _, run := range without {
		of, found := owner{}, false
		for account, its := range s.accounts {
			if store.Of(run.ID(), account) {
				of, found = its, true
			}
		}
		if !found {
			s.ownerless = append(s.ownerless, run.ID())
			continue
		}
		s.runs[of] = append(s.runs[of], run)
	}
	return s, nil
}

// written is the tenant that a run's plan names, or its report if the run was kept small.
func written(run *store.Run) (account string, of owner, ok bool) {
	if plan, err := history.PlanOf(run); err == nil {
		defer plan.Close()
		return plan.Account, owner{plan.Provider, plan.Tenant}, plan.Tenant != ""
	}
	head, err := history.Head(run)
	if err != nil {
		return "", owner{}, false
	}
	return head.Account, owner{head.Provider, head.Tenant}, head.Tenant != ""
}

// tenantOfRuns returns the tenant of an account from the latest of its runs that names it.
func tenantOfRuns(st store.Store, account string) (owner, bool) {
	names, err := st.Runs()
	if err != nil {
		return owner{}, false
	}
	for _, id := range slices.Backward(names) {
		if !store.Of(id, account) {
			continue
		}
		run, err := st.Run(id)
		if err != nil {
			continue
		}
		if name, of, ok := written(run); ok && name == account {
			return of, true
		}
	}
	return owner{}, false
}

// WriteText writes the result for people.
func (m *Moved) WriteText(w io.Writer) error {
	var err error
	say := func(format string, args ...any) {
		_, failed := fmt.Fprintf(w, format+"\n", args...)
		err = cmp.Or(err, failed)
	}
	for _, t := range m.Tenants {
		switch t.State {
		case arrived:
			say("%s %s: moved to %s, with %s", t.Provider, t.Tenant, m.To, failure.Plural(t.Runs, "run"))
		case already:
			say("%s %s: is in %s already", t.Provider, t.Tenant, m.To)
		case refused:
			say("%s %s: not moved: %s", t.Provider, t.Tenant, t.Error)
			if t.Hint != "" {
				say("  -> %s", t.Hint)
			}
		default:
			say("%s %s: there is nothing to move", t.Provider, t.Tenant)
		}
	}
	if len(m.Tenants) == 0 {
		say("no tenant is in %s", m.From)
	}
	for _, run := range m.Skipped {
		say("run %s was skipped: its tenant is not known", run)
	}
	return err
}
