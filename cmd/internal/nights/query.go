package nights

import (
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// Query is a question about runs.
type Query struct {
	Choice
	// Since is a text for [ParseSince].
	Since string
	// Runs are two runs to compare; none if Nights is above 0.
	Runs   []string
	Nights int
}

// Document is the output of the command runs. Members may be added, never renamed.
type Document struct {
	Schema string `json:"schema"`
	*List
	// Disabled are the accounts disabled in the configuration.
	Disabled []string `json:"disabled"`
}

// ListSchema is the schema name of a [Document].
const ListSchema = "keyroster/runs/1"

// AccountDocument is a [Document] about one account.
type AccountDocument struct {
	Account string `json:"account"`
	*Document
}

// ByAccount splits the document into one for each account that has a run here, or is disabled,
// in the order of their appearance. Skipped entries belong to none.
func (d *Document) ByAccount() []AccountDocument {
	var out []AccountDocument
	of := func(name string) *Document {
		for _, one := range out {
			if one.Account == name {
				return one.Document
			}
		}
		one := &Document{d.Schema, &List{Runs: []Entry{}, Skipped: []Skipped{}}, []string{}}
		out = append(out, AccountDocument{name, one})
		return one
	}
	for _, run := range d.Runs {
		one := of(run.Account)
		one.Runs = append(one.Runs, run)
	}
	for _, name := range d.Disabled {
		of(name).Disabled = []string{name}
	}
	return out
}

// List lists the selected runs, as a [*Document].
func (q *Query) List(st store.Store) (Printed, error) {
	since, err := ParseSince(q.Since, time.Now())
	if err == nil {
		err = q.check(st)
	}
	if err != nil {
		return nil, err
	}
	list, err := Read(st, q.Filter(since))
	return &Document{ListSchema, list, q.Disabled()}, err
}

// Diff returns what changed from run to run, as a [*Diff].
func (q *Query) Diff(st store.Store) (Printed, error) {
	err := q.check(st)
	switch {
	case err != nil:
		return nil, err
	case q.Nights < 0, (q.Nights > 0) == (len(q.Runs) > 0), len(q.Runs) == 1:
		return nil, failure.New(failure.Usage, "keyroster runs diff RUN RUN, or --nights 7",
			"runs diff needs two runs, or a number of nights")
	case q.Nights > 0:
		return Last(st, q.Nights, time.Now(), q.Filter(time.Time{}))
	case len(q.Terms)+len(q.Skip) > 0:
		return nil, failure.New(failure.Usage, "leave out --account and --skip", "two runs name their account")
	}
	return Between(st, q.Runs[0], q.Runs[1], time.Local, q.known())
}
