package configio

// Provider is what this package must know about one provider. It is only read.
type Provider struct {
	Name string
	// TenantKey is the one member of the expect section: the provider's own
	// word for a tenant.
	TenantKey string
	// Auth has the accepted forms of the auth section: the members of exactly
	// one form must be given.
	Auth [][]Member
	// Settings returns a new pointer to a struct with yaml tags and its
	// defaults filled in, the provider's own keys of an account; nil for none.
	// See [Keys] for the types that its fields may have.
	Settings func() any
	// Columns of its rosters: what the keys of protect and the values of
	// columns may be. None leaves them unchecked.
	Columns []Column
	// Defaults of an account. Rate is spelt as in the configuration; empty
	// is none. PageSize 0 leaves the choice to the provider. Park is whether
	// values that change hands in a cycle are resolved by parking a record.
	Rate        string
	Concurrency int
	PageSize    int
	Park        bool
}

// Column is one column of a provider's rosters. Secret ones cannot be named by
// protect, since their values do not belong in a configuration.
type Column struct {
	Name   string
	Secret bool
	// Managed: the roster decides the column. Set: every new record of a
	// migration may be given one value of it.
	Managed, Set bool
}

// columnNames are the provider's columns that keep accepts.
func (p *Provider) columnNames(keep func(Column) bool) []string {
	var out []string
	for _, c := range p.Columns {
		if keep(c) {
			out = append(out, c.Name)
		}
	}
	return out
}

func openColumn(c Column) bool { return !c.Secret }

func anyColumn(Column) bool { return true }

// Member is one member of a form of the auth section.
type Member struct {
	Name string
	// Secret members must be references. Path members name a file and are
	// relative to the configuration file.
	Secret, Path bool
	Help         string
}
