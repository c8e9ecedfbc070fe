package configio

import (
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Fleet is the database that several workers share.
type Fleet struct {
	// Database leads to the address of a PostgreSQL database, Key to the text that
	// wraps the keys and tokens in it.
	Database, Key Reference
	// Lease is how long a worker holds a tenant before it must renew.
	Lease time.Duration
	// Slots is how many accounts a worker runs at once.
	Slots int
	// Rates are ceilings over all workers, by provider, as N/s or N/m; [ParseRate]
	// reads them.
	Rates map[string]string
}

// The defaults of a fleet.
const (
	DefaultLease = 30 * time.Second
	DefaultSlots = 8
	// leastLease leaves room for late renewals.
	leastLease = 15 * time.Second
	mostSlots  = 1000
)

func fleetKeys(known []Provider) []key[Fleet] {
	return []key[Fleet]{
		reference("database", "reference to the URL of the PostgreSQL database that the workers share",
			"KEYROSTER_DATABASE", func(f *Fleet) *Reference { return &f.Database }),
		reference("key", "key that encrypts the keys and tokens in the database; the same for all workers",
			"KEYROSTER_FLEET_KEY", func(f *Fleet) *Reference { return &f.Key }),
		{
			"lease", of("duration", durationSchema),
			"how long a worker holds an account before it must renew its lease (30s), at least 15s",
			(*reader).lease,
		},
		number("slots", "accounts that each worker runs at once (8)", 1, mostSlots, func(f *Fleet) *int { return &f.Slots }),
		{
			"rates", of("map", ratesSchema(known)),
			"maximum request rate over all workers, by provider: {doorflow: 20/s}", (*reader).rates,
		},
	}
}

// reference is a key that must be a reference to a value, for which variable is an
// example.
func reference[T any](name, help, variable string, field func(*T) *Reference) key[T] {
	return key[T]{name, of("reference", referenceSchema), help, func(r *reader, into *T, v ast.Node) {
		*field(into), _ = r.secret(v, name, variable)
	}}
}

func fleetSchema(known []Provider) schema {
	return withRequired(object(fleetKeys(known), nil), "database", "key")
}

func ratesSchema(known []Provider) schema {
	rates := schema{}
	for i := range known {
		rates[known[i].Name] = matching(`^0*[1-9][0-9]*/[sm]$`, "write N/s or N/m, such as 20/s", "string")
	}
	return members(rates)
}

func (r *reader) fleet(c *Config, v ast.Node) {
	r.keeps = true
	f := &Fleet{Lease: DefaultLease, Slots: DefaultSlots}
	entries, ok := r.mapping(v, "`fleet`")
	if !ok {
		return
	}
	readSection(r, f, entries, fleetKeys(r.known), "")
	for _, needed := range []struct{ name, example string }{
		{"database", "env:KEYROSTER_DATABASE"}, {"key", "file:fleet.key"},
	} {
		if !hasKey(entries, needed.name) {
			r.fail(v, "`fleet` has no `"+needed.name+"`", "for example `"+needed.name+": "+needed.example+"`")
		}
	}
	c.Fleet = f
}

func (r *reader) lease(f *Fleet, v ast.Node) {
	d, ok := r.duration(v, "`lease`")
	if ok && d < leastLease {
		r.fail(v, "`lease` is shorter than "+leastLease.String(), "write at least "+leastLease.String())
		return
	}
	if ok {
		f.Lease = d
	}
}

// rates reads {doorflow: 20/s}.
func (r *reader) rates(f *Fleet, v ast.Node) {
	entries, _ := r.mapping(v, "`rates`")
	f.Rates = make(map[string]string, len(entries))
	for _, e := range entries {
		name, what := e.key, "`"+e.key+"`"
		if known := r.providerNames(); !slices.Contains(known, name) {
			r.unknown(e, known, "`rates` has a rate for a provider")
			continue
		}
		text, ok := r.text(e.value, what)
		if !ok {
			continue
		}
		if n, _, err := ParseRate(text); err != nil || n == 0 {
			r.fail(e.value, what+" cannot be "+shown(text), "a rate is N/s or N/m, such as 20/s")
			continue
		}
		f.Rates[name] = text
	}
}
