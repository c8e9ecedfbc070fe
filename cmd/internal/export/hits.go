package export

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/reconcile"
)

// hits are the texts that name holders and were found in some account. It is safe for
// concurrent use.
type hits struct {
	mu    sync.Mutex
	known map[string]bool
}

// find finds the holders in an account, and records which texts matched. Of several accounts,
// some may have no people, and a person may be known to only one.
func (h *hits) find(
	ctx context.Context, to sink.Sinks, acc *account.Account, words []string, several bool,
) ([]string, error) {
	if several && acc.Spec.Schema.At(reconcile.HolderID) < 0 {
		return []string{}, nil
	}
	ids, unknown, err := acc.FindHolders(ctx, to.Log, words)
	if err != nil {
		return nil, err
	}
	missing := map[string]bool{}
	for _, word := range unknown {
		missing[word] = true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = map[string]bool{}
	}
	for _, word := range words {
		h.known[word] = h.known[word] || !missing[word]
	}
	return append([]string{}, ids...), nil
}

// missed is the error for texts that match no person in any account.
func (h *hits) missed(words []string, in *accounts.Chosen) error {
	var unknown []string
	for _, word := range words {
		if !h.known[word] {
			unknown = append(unknown, word)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	where := "account " + in.Targets[0].Config.Name
	if in.Several {
		where = "each of the accounts"
	}
	return &failure.Error{
		Kind: failure.Roster, Hint: "name people by id, reference or e-mail address",
		Err:       fmt.Errorf("%s has no person that matches --holder %s", where, strings.Join(unknown, ", ")),
		Anonymous: fmt.Sprintf("%s has no person for %s of --holder", where, failure.Plural(len(unknown), "name")),
	}
}
