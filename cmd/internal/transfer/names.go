package transfer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/reconcile/migration"
)

// shownUnknown is how many names a refusal lists.
const shownUnknown = 8

// checkNames refuses rules and a crosswalk with names that the accounts do not have: a misspelt
// rule would have no effect.
func (m *Made) checkNames(unknown []migration.UnknownName) error {
	if len(unknown) == 0 {
		return nil
	}
	kind := failure.Usage
	var words []string
	for _, s := range unknown {
		text := fmt.Sprintf("%s names type %q, which %s does not have", s.Where, s.Name, s.Account)
		if s.Person {
			kind = failure.Roster
			text = fmt.Sprintf(
				"%s names %s %s, who is not listed at %s", s.Where, m.nounOf(s.Account), s.Name, s.Account,
			)
		}
		if near := configio.Nearest(s.Name, s.Known); near != "" {
			text += fmt.Sprintf("; did you mean %q?", near)
		}
		words = append(words, text)
	}
	if more := len(words) - shownUnknown; more > 0 {
		words = append(words[:shownUnknown], fmt.Sprintf("and %d more", more))
	}
	hint := "correct the crosswalk"
	if i := slices.IndexFunc(unknown, func(s migration.UnknownName) bool { return !s.Person }); i >= 0 {
		kind = failure.Usage
		hint = fmt.Sprintf(
			"correct the section migrate of account %s; the types of %s are %s", m.to.Account,
			unknown[i].Account, strings.Join(unknown[i].Known, ", "),
		)
	}
	return &failure.Error{Kind: kind, Err: errors.New(strings.Join(words, "; ")), Hint: hint}
}

func (m *Made) nounOf(account string) string {
	if account == m.from.Account {
		return m.from.Schema.Holder
	}
	return m.to.Schema.Holder
}
