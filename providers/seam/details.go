package seam

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"keyroster/providers/failure"
	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// details is what a credential has besides the cells of a row, and a replacement must give
// the new one.
type details struct {
	// doors are the ids of the entrances that it opens, in order.
	doors []string
	multi bool
	// manager is the system that its mobile key comes from, empty for none.
	manager string
	// metadata has the vendors' members of it that a creation accepts.
	metadata map[string]map[string]json.RawMessage
	// lost names what it has but a creation cannot set.
	lost []string
}

// carriedMetadata lists, for the vendors' members of a credential, which of their members a
// creation accepts (Seam API reference, credentials); the others, such as the number of a
// card, are set by the provider. nil accepts all.
var carriedMetadata = map[string][]string{
	"visionline_metadata": {
		"auto_join",
		"card_function_type",
		"card_format",
		"override",
		"joiner_acs_credential_ids",
	},
	"assa_abloy_vostio_metadata": {
		"auto_join",
		"join_all_guest_acs_entrances",
		"override_all_guest_acs_entrances",
		"override_guest_acs_entrance_ids",
	},
	"salto_space_metadata": nil,
	"hotek_metadata":       nil,
}

// readDetails reads what a replacement of a credential must carry over. The error is that of
// a look-up; nothing is known then.
func (c *Client) readDetails(ctx context.Context, id string) (*details, error) {
	var object map[string]json.RawMessage
	name := "read credential " + id
	err := c.getCredential(ctx, id, &object)
	if err != nil {
		return nil, err
	}
	var one credential
	whole, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(whole, &one)
	}
	if err == nil {
		err = one.valid()
	}
	if err != nil {
		return nil, failure.Unreadable(name, nil, failure.PlainJSON(err))
	}
	e, err := detailsOf(object, &one)
	if err != nil {
		return nil, failure.Unreadable(name, nil, err)
	}
	if e.doors, err = c.openedBy(ctx, id); err != nil {
		return nil, err
	}
	if e.manager == "" && one.Method == methodMobile {
		return e, c.askManagers(ctx, e, one.System)
	}
	return e, nil
}

// detailsOf sorts the members of a credential by what a creation accepts.
func detailsOf(object map[string]json.RawMessage, one *credential) (*details, error) {
	e := &details{metadata: map[string]map[string]json.RawMessage{}}
	said := func(name string) bool {
		raw, found := object[name]
		return found && string(raw) != "null" && string(raw) != "{}" && string(raw) != `""` && string(raw) != "false"
	}
	take := func(name string, into any) error {
		if !said(name) {
			return nil
		}
		if err := json.Unmarshal(object[name], into); err != nil {
			return fmt.Errorf("%s is of another kind than Seam documents", name)
		}
		return nil
	}
	if err := take("is_multi_phone_sync_credential", &e.multi); err != nil {
		return nil, err
	}
	if err := take("credential_manager_acs_system_id", &e.manager); err != nil {
		return nil, err
	}
	if one.User == "" {
		e.lost = append(e.lost, "its owner, who is not a user of the access system")
	}
	for _, name := range []string{"acs_credential_pool_id", "is_one_time_use"} {
		if said(name) {
			e.lost = append(e.lost, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !strings.HasSuffix(name, "_metadata") || !said(name) {
			continue
		}
		members, known := carriedMetadata[name]
		if !known {
			e.lost = append(e.lost, name)
			continue
		}
		var have map[string]json.RawMessage
		if err := take(name, &have); err != nil {
			return nil, err
		}
		e.carry(name, have, members)
	}
	return e, nil
}

// carry keeps those of a vendor's members that a creation accepts.
func (e *details) carry(name string, have map[string]json.RawMessage, members []string) {
	kept := map[string]json.RawMessage{}
	for member, value := range have {
		if string(value) != "null" && (members == nil || slices.Contains(members, member)) {
			kept[member] = value
		}
	}
	if len(kept) > 0 {
		e.metadata[name] = kept
	}
}

// askManagers finds out whether a mobile key may come from another system, its credential
// manager: Seam does not show which one, so a replacement would lose it (Seam API
// reference, access systems). A workspace that does not know the call has no managers.
func (c *Client) askManagers(ctx context.Context, e *details, system string) error {
	var managers []struct {
		ID string `json:"acs_system_id"`
	}
	err := c.get(
		ctx, "list credential managers of system "+system, pathManagers,
		map[string]any{"acs_system_id": system}, "acs_systems", &managers,
	)
	if failure.In(err).HTTPStatus == http.StatusNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if len(managers) > 0 {
		e.lost = append(e.lost, "credential_manager_acs_system_id, which Seam does not show")
	}
	return nil
}

// lacks says what the new credential does not have of what it was to take over, empty for
// nothing. want are the entrances that it was to open.
func (e *details) lacks(now *details, want []string) string {
	var words []string
	for _, id := range want {
		if !slices.Contains(now.doors, id) {
			words = append(words, "entrance "+id)
		}
	}
	if len(words) > 0 {
		return "the new credential does not open " + strings.Join(words, ", ")
	}
	for _, id := range now.doors {
		if !slices.Contains(want, id) {
			return "the new credential also opens entrance " + id
		}
	}
	if e == nil {
		return ""
	}
	if e.multi != now.multi {
		words = append(words, "is_multi_phone_sync_credential")
	}
	for _, name := range slices.Sorted(maps.Keys(e.metadata)) {
		for _, member := range slices.Sorted(maps.Keys(e.metadata[name])) {
			if _, shown := now.metadata[name]; shown &&
				!sameJSON(e.metadata[name][member], now.metadata[name][member]) {
				words = append(words, name+"."+member)
			} else if !shown {
				words = append(words, name)
				break
			}
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "the new credential does not have the old one's " + strings.Join(words, ", ")
}

func sameJSON(a, b json.RawMessage) bool {
	var left, right any
	if json.Unmarshal(a, &left) != nil || json.Unmarshal(b, &right) != nil {
		return false
	}
	one, err := json.Marshal(left)
	other, err2 := json.Marshal(right)
	return err == nil && err2 == nil && string(one) == string(other)
}

// Prove implements [providers.Features.Prove]: it reads which entrances new credentials
// open, and whether replacements took over what they were to. What Seam does not show of
// the old credential cannot be compared.
func (c *Client) Prove(ctx context.Context, accepted []reconcile.Accepted) (map[int]reconcile.Lack, error) {
	var asked []reconcile.Accepted
	for _, a := range accepted {
		if a.Action == reconcile.Replace ||
			a.Action == reconcile.Create && entrancesOf(a.Want).State() != reconcile.Unset {
			asked = append(asked, a)
		}
	}
	results := make([]reconcile.Lack, len(asked))
	tally := lookup.Of(c)
	err := lookup.Each(ctx, c.concurrency, len(asked), func(ctx context.Context, i int) error {
		lack, err := c.prove(ctx, asked[i])
		if f, fatal := tally.Record(ctx, err); fatal != nil {
			return fatal
		} else if f != nil {
			lack = reconcile.Lack{Unread: true, Words: "could not read what the new credential opens: " + f.Reason}
		}
		results[i] = lack
		return nil
	})
	if err != nil {
		return nil, err
	}
	lacks := map[int]reconcile.Lack{}
	for i, lack := range results {
		if lack != (reconcile.Lack{}) {
			lacks[asked[i].Line] = lack
		}
	}
	return lacks, nil
}

func (c *Client) prove(ctx context.Context, a reconcile.Accepted) (reconcile.Lack, error) {
	want, have := entrancesOf(a.Want), entrancesOf(a.Have)
	if a.Action == reconcile.Create {
		doors, err := c.openedBy(ctx, a.ID)
		if err != nil {
			return reconcile.Lack{}, err
		}
		return reconcile.Lack{Words: (*details)(nil).lacks(&details{doors: doors}, splitEntrances(want.Text()))}, nil
	}
	now, err := c.readDetails(ctx, a.ID)
	if err != nil {
		return reconcile.Lack{}, err
	}
	c.mu.RLock()
	old := c.carried[a.ID]
	c.mu.RUnlock()
	switch {
	case want.State() != reconcile.Unset:
		return reconcile.Lack{Words: old.lacks(now, splitEntrances(want.Text()))}, nil
	case old != nil:
		return reconcile.Lack{Words: old.lacks(now, old.doors)}, nil
	case have.State() != reconcile.Unset:
		return reconcile.Lack{Words: old.lacks(now, splitEntrances(have.Text()))}, nil
	}
	return reconcile.Lack{
		Unread: true,
		Words:  "the entrances of the old credential were not saved, so the new one cannot be compared with it",
	}, nil
}
