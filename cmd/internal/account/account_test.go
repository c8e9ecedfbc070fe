package account_test

import (
	"context"
	"errors"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

func TestSentinels(t *testing.T) {
	acc := of(nil)
	records := reconcile.NewSet(acc.Spec.Schema, 1)
	cells := make([]reconcile.Cell, len(acc.Spec.Schema.Columns))
	cells[acc.Spec.Schema.Key()] = reconcile.TextCell("P1")
	records.Add(cells)
	listing := &reconcile.Listing{Records: records}
	acc.Config = &configio.Account{Sentinels: []string{"P1"}}
	if err := acc.Sentinels(listing); err != nil {
		t.Error(err)
	}
	acc.Config.Sentinels = []string{"P1", "P2"}
	wants(t, acc.Sentinels(listing), failure.Unsafe, "sentinel P2 is missing from the listing",
		"check that the login can see the whole account; every listing must include the records in sentinels")
}

// cut is a provider whose listings are not proven complete.
type cut struct{ bare }

func (cut) List(context.Context, reconcile.Scope, func(done, total int)) (*reconcile.Listing, error) {
	return &reconcile.Listing{Records: reconcile.NewSet(all.Lookup("doorflow").Schema, 0), Total: 5}, nil
}

func TestListRefusesAPart(t *testing.T) {
	listing, err := of(cut{}).List(t.Context(), reconcile.Scope{}, nil)
	if !errors.Is(err, reconcile.ErrIncomplete) || listing == nil {
		t.Errorf("%v %v", listing, err)
	}
	if _, err := of(bare{}).List(t.Context(), reconcile.Scope{}, nil); err != nil {
		t.Error(err)
	}
}
