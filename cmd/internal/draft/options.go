package draft

import (
	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
)

// Options say what a plan covers and what it may do beyond the default. The zero value covers
// the whole account, within the limits of the configuration.
type Options struct {
	// Holders limit the plan to these people, none for all: by id, reference or e-mail address,
	// or if Found is set, by provider id only.
	Holders []string
	Found   bool
	// Limits are NAME=VALUE, or TYPE.NAME=VALUE for a single type, and Shapes are TYPE=SHAPE;
	// both override the configuration.
	Limits, Shapes []string
	// Prune deletes the unlisted records, within the limits.
	Prune bool
	// AcceptEmpty proceeds although the account holds no record yet.
	AcceptEmpty bool
	// Additive: the roster was generated, so that its invalid rows count against the limits
	// although it says nothing about people who are not in it.
	Additive bool
	// Undo builds the roster from what a run kept; nil for a roster that was read.
	Undo *Undo
	// ShrunkenListing, ShrunkenRoster and OldRoster are the reasons to proceed although the
	// account holds far fewer records than last time, the roster has far fewer rows, or a file
	// is too old. Empty: refuse.
	ShrunkenListing, ShrunkenRoster, OldRoster string
}

// Check refuses malformed limits and shapes, before anything is made.
func (o *Options) Check() error {
	if _, err := limitsOf(nil, o.Limits); err != nil {
		return err
	}
	if _, err := typeLimitsOf(nil, o.Limits); err != nil {
		return err
	}
	_, err := statedShapes(nil, o.Shapes)
	return err
}

// Consistent refuses options that contradict each other, before anything is read.
func (o *Options) Consistent() error {
	if o.Prune && len(o.Holders) > 0 {
		return failure.New(failure.Usage, "--prune covers the whole account, --holder only some people",
			"--prune and --holder cannot be used together")
	}
	return nil
}

// lifted returns the safety rules that the options lift, except for the shapes.
func (o *Options) lifted() []reportio.Override {
	var out []reportio.Override
	for _, pair := range o.Limits {
		out = append(out, reportio.Override{Name: "limit", Value: pair})
	}
	if o.AcceptEmpty {
		out = append(out, reportio.Override{Name: "accept-empty", Value: "true"})
	}
	for _, r := range []reportio.Override{
		{Name: "accept-shrunken-listing", Reason: o.ShrunkenListing},
		{Name: "accept-shrunken-roster", Reason: o.ShrunkenRoster},
		{Name: "accept-old-roster", Reason: o.OldRoster},
	} {
		if r.Reason != "" {
			r.Value = "true"
			out = append(out, r)
		}
	}
	return out
}

// scopedTo returns the options with the holders found. where names the place that does not know
// the unknown ones, for the error.
func (o Options) scopedTo(ids, unknown []string, where string) (Options, error) {
	if len(unknown) > 0 {
		return o, account.UnknownHolders(unknown, where)
	}
	o.Holders, o.Found = ids, true
	return o, nil
}

// ForSeveral refuses options that only make sense for one account.
func (o *Options) ForSeveral() error {
	switch {
	case len(o.Holders) > 0:
		return failure.New(failure.Usage, "", "--holder is for one account")
	case len(o.Limits) > 0 || o.AcceptEmpty || o.ShrunkenListing != "" || o.ShrunkenRoster != "" ||
		o.OldRoster != "":
		return failure.New(failure.Usage, "run that account by itself",
			"--limit and the --accept flags lift a safety rule for one account only")
	}
	return nil
}
