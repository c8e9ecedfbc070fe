package draft

import (
	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
)

// Options say what a plan is about, and what it may do that it otherwise would not.
// The zero value is about the whole account, within the limits of the configuration.
type Options struct {
	// Holders are the people whom the plan is limited to, none for all: by id,
	// reference or e-mail address, or where Found, by the ids of the provider alone.
	Holders []string
	Found   bool
	// Limits are NAME=VALUE, or TYPE.NAME=VALUE of a single type, and Shapes are
	// TYPE=SHAPE: both count over what the configuration says.
	Limits, Shapes []string
	// Prune deletes the records that no row names, within the limits.
	Prune bool
	// AcceptEmpty goes on although the account holds no record yet.
	AcceptEmpty bool
	// Additive: the roster was made and not read, so that its invalid rows count
	// although it says nothing about those who are not in it.
	Additive bool
	// Undo makes the roster from what a run kept; nil for one that was read.
	Undo *Undo
	// ShrunkenListing, ShrunkenRoster and OldRoster are the reasons to go on although
	// the account holds far fewer records than last time, the roster has far fewer
	// rows, or a file is older than it may be. Empty: do not.
	ShrunkenListing, ShrunkenRoster, OldRoster string
}

// Check refuses a limit or shape that is none, before anything is made for it.
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

// lifted are the safety rules that the options lift, but for the shapes.
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

// scopedTo are the options with the holders found that they name. where says who
// does not know those who are unknown.
func (o Options) scopedTo(ids, unknown []string, where string) (Options, error) {
	if len(unknown) > 0 {
		return o, account.UnknownHolders(unknown, where)
	}
	o.Holders, o.Found = ids, true
	return o, nil
}

// ForSeveral refuses what can only be meant for one account.
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
