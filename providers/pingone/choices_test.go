package pingone_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

func TestChoicesAreWhatTheEnvironmentHas(t *testing.T) {
	a := openAccount(t, options{state: `{"environment":{"id":"11111111-1111-4111-8111-111111111111","name":"Lab"},"credential_types":[
		{"id":"22222222-2222-4222-8222-222222222222","title":"Visitor","issuerName":"Front desk","cardType":"Visit","cardDesignTemplate":"<svg/>","metadata":{}},
		{"id":"33333333-3333-4333-8333-333333333333","title":"Staff","issuerName":"Front desk","cardDesignTemplate":"<svg/>","metadata":{}},
		{"id":"44444444-4444-4444-8444-444444444444","title":"Gone","issuerName":"Nobody","cardDesignTemplate":"<svg/>","metadata":{},"deletedAt":"2026-01-05T08:30:00Z"}]}`})
	got, err := a.client.Choices(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]reconcile.Choice{
		"credential_type_id": {{Text: "33333333-3333-4333-8333-333333333333", Help: "Staff"}, {Text: "22222222-2222-4222-8222-222222222222", Help: "Visitor"}},
		"issuer_name":        {{Text: "Front desk"}},
		"card_type":          {{Text: "Visit"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyEnvironmentOffersNothing(t *testing.T) {
	a := openAccount(t, options{state: `{"environment":{"id":"11111111-1111-4111-8111-111111111111","name":"Lab"},"credential_types":[]}`})
	if got, err := a.client.Choices(context.Background()); err != nil || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}
