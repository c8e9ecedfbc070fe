package nights

import (
	"cmp"
	"slices"
	"time"
)

// minFlaps is on how many nights a record must have been written to count as flapping.
const minFlaps = 3

// Flap is a record that was written on several nights: something else writes it too, or two
// rows claim it.
type Flap struct {
	Account string `json:"account"`
	// CredentialID is the record's current id; Earlier are its ids before it was replaced.
	CredentialID string   `json:"credential_id"`
	Earlier      []string `json:"earlier_ids"`
	HolderID     string   `json:"holder_id"`
	HolderName   string   `json:"holder_name"`
	HolderEmail  string   `json:"holder_email"`
	Type         string   `json:"type"`
	TypeName     string   `json:"type_name"`
	Nights       int      `json:"nights"`
	// Writes are what was written, with the row each time.
	Writes []Change `json:"writes"`

	dates map[string]bool
}

// flaps follows records from run to run, even if they are replaced.
type flaps struct {
	loc  *time.Location
	list []*Flap
	byID map[recordOf]*Flap
}

// recordOf identifies a record of a tenant.
type recordOf struct{ tenant, id string }

func newFlaps(loc *time.Location) *flaps { return &flaps{loc: loc, byID: map[recordOf]*Flap{}} }

// add counts a change of a run.
func (f *flaps) add(e *Entry, c *Change) {
	tenant := e.Provider + " " + e.Account
	if e.Tenant != "" {
		tenant = e.Provider + "\x00" + e.Tenant
	}
	was, now := c.CredentialID, cmp.Or(c.NewCredentialID, c.CredentialID)
	flap := f.byID[recordOf{tenant, was}]
	if flap == nil {
		flap = &Flap{Earlier: []string{}, dates: map[string]bool{}}
		f.list = append(f.list, flap)
	}
	if was != now && !slices.Contains(flap.Earlier, was) {
		flap.Earlier = append(flap.Earlier, was)
	}
	f.byID[recordOf{tenant, was}], f.byID[recordOf{tenant, now}] = flap, flap
	flap.CredentialID = now
	flap.Account, flap.HolderID, flap.HolderName = e.Account, c.HolderID, c.HolderName
	flap.HolderEmail, flap.Type, flap.TypeName = c.HolderEmail, c.Type, c.TypeName
	flap.Writes = append(flap.Writes, *c)
	flap.dates[e.Began().In(f.loc).Format(time.DateOnly)] = true
	flap.Nights = len(flap.dates)
}

// all returns the flapping records, those of the most nights first.
func (f *flaps) all() []Flap {
	out := []Flap{}
	for _, flap := range f.list {
		if flap.Nights >= minFlaps {
			out = append(out, *flap)
		}
	}
	slices.SortStableFunc(out, func(a, b Flap) int { return b.Nights - a.Nights })
	return out
}
