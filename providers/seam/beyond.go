package seam

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"keyroster/providers"
	"keyroster/reconcile"
)

// held are the members of a credential that columns hold, and those that Seam
// makes by itself (Seam API reference, credentials): of neither a copy lacks any.
var held = map[string]bool{
	"acs_credential_id": true, "acs_system_id": true, "acs_user_id": true, "user_identity_id": true, "access_method": true,
	"code": true, "card_number": true, "starts_at": true, "ends_at": true,
	"connected_account_id": true, "workspace_id": true, "created_at": true, "display_name": true, "external_type": true,
	"external_type_display_name": true, "errors": true, "warnings": true, "is_managed": true, "is_issued": true, "issued_at": true,
	"is_latest_desired_state_synced_with_provider": true, "latest_desired_state_synced_with_provider_at": true,
}

// wide is a credential with the names of the members that a copy would lack.
type wide struct {
	credential
	beyond []reconcile.Beyond
}

// UnmarshalJSON implements [json.Unmarshaler].
func (w *wide) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &w.credential); err != nil {
		return err
	}
	w.beyond = nil
	for _, name := range providers.Unheld(raw, held) {
		w.beyond = append(w.beyond, reconcile.Beyond{Name: name})
	}
	return nil
}

func (w *wide) narrow() *credential { return &w.credential }

func (c *credential) narrow() *credential { return c }

// doorsBeyond reads which entrances the credentials of a listing open, which no
// listing holds, and names them beside what else no column holds.
func (c *Client) doorsBeyond(ctx context.Context, listing *reconcile.Listing) error {
	all, err := c.readEntrances(ctx)
	if err != nil {
		return err
	}
	found := make([]*reconcile.Beyond, listing.Records.Len())
	if err := c.each(ctx, len(found), func(ctx context.Context, n int) error {
		record := listing.Records.Record(n)
		ids, err := c.opens(ctx, record.ID())
		switch class := reconcile.ClassOf(err); {
		case class == reconcile.Gone, class == reconcile.Refused:
			found[n] = &reconcile.Beyond{Name: "entrances", Reason: "Seam refuses to say which entrances it opens, so that none is copied"}
		case err != nil:
			return err
		case len(ids) > 0:
			var names []string
			for _, id := range ids {
				names = append(names, all.name(record.Text("acs_system_id"), id))
			}
			found[n] = &reconcile.Beyond{Name: "entrances", Reason: fmt.Sprintf("it opens %s, and a copy does not until it is given access there", strings.Join(names, ", "))}
		}
		return nil
	}); err != nil {
		return err
	}
	for n, one := range found {
		if one == nil {
			continue
		}
		if listing.Beyond == nil {
			listing.Beyond = map[int][]reconcile.Beyond{}
		}
		listing.Beyond[n] = append([]reconcile.Beyond{*one}, listing.Beyond[n]...)
	}
	return nil
}
