package accounts

import (
	"maps"
	"path"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
)

// tagMark begins a term that selects by tag.
const tagMark = "tag:"

// Selection is the accounts that a command line names. A term is a name, a pattern of names
// with * ? [ ], or tag:NAME, where NAME may be a pattern too.
type Selection struct {
	// Terms name accounts; if there are none and All is false, the only account is meant.
	Terms []string
	// All selects all accounts in the command's scope.
	All bool
	// Skip are terms for accounts to leave out.
	Skip []string
}

// Several reports whether the selection may match more than one account, whatever the
// configuration holds: the output format must not depend on how many match.
func (s Selection) Several() bool {
	return s.All || len(s.Terms) > 1 || slices.ContainsFunc(s.Terms, isPattern)
}

// Fits reports whether the selection matches an account with this name and these tags, disabled
// or not. Without terms it matches all.
func (s Selection) Fits(name string, tags []string) bool {
	c := &candidate{name: name, tags: tags}
	return (len(s.Terms) == 0 || slices.ContainsFunc(s.Terms, c.fits)) && !slices.ContainsFunc(s.Skip, c.fits)
}

// Check refuses a malformed selection, and one that names none of these accounts or tags.
// Without terms it matches all.
func (s Selection) Check(among map[string][]string) error {
	s.All = s.All || len(s.Terms) == 0
	var all []candidate
	for _, name := range slices.Sorted(maps.Keys(among)) {
		all = append(all, candidate{name: name, tags: among[name]})
	}
	return s.check(all)
}

// isPattern reports whether a term can match any number of accounts.
func isPattern(term string) bool {
	return strings.HasPrefix(term, tagMark) || strings.ContainsAny(term, "*?[")
}

// candidate is an account that may be chosen. inAll: --all includes it.
type candidate struct {
	name            string
	tags            []string
	disabled, inAll bool
}

// fits reports whether a well-formed term matches the candidate.
func (c *candidate) fits(term string) bool {
	tag, tagged := strings.CutPrefix(term, tagMark)
	if !tagged {
		return matches(term, c.name)
	}
	return slices.ContainsFunc(c.tags, func(t string) bool { return matches(tag, t) })
}

func matches(pattern, name string) bool {
	if pattern == name {
		return true
	}
	ok, _ := path.Match(pattern, name) // its syntax was checked before
	return ok
}

// pick returns the chosen accounts, and those left out because they are disabled: in the order
// of the terms, and within a term in the order of the candidates.
func (s Selection) pick(among []candidate) (picked, disabled []string, err error) {
	if err := s.check(among); err != nil {
		return nil, nil, err
	}
	terms := s.Terms
	if s.All {
		terms = []string{"*"} // * does not match the path that names a damaged included file
	}
	for _, term := range terms {
		for i := range among {
			c := &among[i]
			switch {
			case !s.All && !c.fits(term) || s.All && !c.inAll || slices.ContainsFunc(s.Skip, c.fits):
			case !c.disabled:
				picked = append(picked, c.name)
			case isPattern(term):
				disabled = append(disabled, c.name)
			default:
				return nil, nil, failure.New(failure.Usage, "remove disabled: true from the account to use it",
					"account %s is disabled", c.name)
			}
		}
	}
	picked, disabled = once(picked), once(disabled)
	if len(picked)+len(disabled) == 0 {
		return nil, nil, failure.New(failure.Usage, "", "--skip excludes every account")
	}
	return picked, disabled, nil
}

// once removes duplicates.
func once(names []string) []string {
	var out []string
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// check refuses a malformed selection, and one that names something that does not exist.
func (s Selection) check(among []candidate) error {
	if s.All && len(s.Terms) > 0 {
		return failure.New(failure.Usage, "", "--account and --all cannot be used together")
	}
	if len(s.Skip) > 0 && !s.Several() {
		return failure.New(failure.Usage, "for example --all --skip lab",
			"--skip goes with --all, or with several accounts")
	}
	for n, term := range s.Terms {
		if slices.Contains(s.Terms[:n], term) {
			return failure.New(failure.Usage, "", "account %q is named twice", term)
		}
		if err := known("--account", term, among); err != nil {
			return err
		}
	}
	for _, term := range s.Skip {
		if err := known("--skip", term, among); err != nil {
			return err
		}
	}
	return nil
}

// known refuses a flag's term that is malformed or matches no account.
func known(flag, term string, among []candidate) error {
	if term == "" {
		return failure.New(failure.Usage, "for example "+flag+" hq,lab", "%s has an empty name", flag)
	}
	if _, err := path.Match(strings.TrimPrefix(term, tagMark), ""); err != nil {
		return failure.New(failure.Usage, "a [ starts a list of characters, such as site-[0-9]",
			"%s %s is not a valid pattern", flag, term)
	}
	if slices.ContainsFunc(among, func(c candidate) bool { return c.fits(term) }) {
		return nil
	}
	what := "no account has that name"
	if strings.HasPrefix(term, tagMark) {
		what = "no account has such a tag"
	}
	var names []string
	for i := range among {
		names = append(names, among[i].name)
	}
	return failure.New(failure.Usage, "known accounts: "+failure.List(names), "%s %s: %s", flag, term, what)
}
