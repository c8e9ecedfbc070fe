package seam

import (
	"context"
	"strings"

	"keyroster/reconcile"
)

// held are the members of a credential that columns hold, and those that Seam makes by
// itself (Seam API reference, credentials): a copy lacks neither.
var held = map[string]bool{
	"acs_credential_id": true, "acs_system_id": true, "acs_user_id": true, "user_identity_id": true, "access_method": true,
	"code": true, "card_number": true, "starts_at": true, "ends_at": true,
	"connected_account_id": true, "workspace_id": true, "created_at": true, "display_name": true, "external_type": true,
	"external_type_display_name": true, "errors": true, "warnings": true, "is_managed": true, "is_issued": true, "issued_at": true,
	"is_latest_desired_state_synced_with_provider": true, "latest_desired_state_synced_with_provider_at": true,
}

// Held returns the members that a copy does not lack.
func (credential) Held() map[string]bool { return held }

func (c *credential) split() (*credential, []reconcile.UncoveredPart) { return c, nil }

// readDoors reads which entrances the credentials of a listing open, which no listing
// holds, and puts their names into the records. If Seam refuses to list them, that is noted
// with what no column holds.
func (c *Client) readDoors(ctx context.Context, listing *reconcile.Listing) error {
	names, refused := make([]string, listing.Records.Len()), make([]bool, listing.Records.Len())
	all := func(reconcile.Record) bool { return true }
	if err := c.eachOpens(ctx, listing.Records, all, func(_ context.Context, n int, doors []string, err error) error {
		names[n] = strings.Join(doors, entranceSeparator)
		if class := reconcile.ClassOf(err); class == reconcile.Gone || class == reconcile.Refused {
			refused[n] = true
			return nil
		}
		return err
	}); err != nil {
		return err
	}
	revise(listing.Records, func(n int, cells []reconcile.Cell) {
		if names[n] != "" {
			cells[col.entrances] = reconcile.TextCell(names[n])
		}
		if refused[n] {
			listing.Beyond[n] = append(
				listing.Beyond[n],
				reconcile.UncoveredPart{
					Name:   "entrances",
					Reason: "Seam does not allow reading its entrances, so none are copied",
				},
			)
		}
	})
	return nil
}

// Places returns the names of the entrances of each access system, except ambiguous ones,
// which rows name by their ids.
func (c *Client) Places(ctx context.Context) (map[string][]string, error) {
	all, err := c.readEntrances(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for system := range all {
		for i := range all[system] {
			if name := all[system][i].Display; len(all.find(system, name)) == 1 {
				out[system] = append(out[system], name)
			}
		}
	}
	return out, nil
}
