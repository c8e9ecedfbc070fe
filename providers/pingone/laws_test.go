package pingone_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"keyroster/providers/pingone"
	"keyroster/providers/pingone/fake"
	"keyroster/providers/providertest"
	"keyroster/reconcile"
)

// lawsState is smallState without a member that no published document allows, and with a type that
// has all members which a roster can change or clear.
var lawsState = strings.NewReplacer(
	`"issuerName":null,`, "",
	`],
"issuance_rules": [`, `,{"id":"t5","title":"Pool card","description":"Guests of the pool",
  "cardType":"Day ticket","issuerName":"The pool","cardDesignTemplate":"`+wholeTemplate+`",
  "multiple":{"expression":"user.pools"},"onDelete":{"revokeIssuedCredentials":true},
  "expiration":{"type":"HARD","after":{"timeUnit":"DAYS","duration":1}},
  "metadata":{"name":"Pool","description":"A day","cardColor":"#0000FF","textColor":"#FFFFFF",
  "logoImage":"https://images.example.com/pool.png",
  "backgroundImage":"https://images.example.com/water.png","bgOpacityPercent":60,
  "columns":1,"version":1,"fields":[`+site+`]}}],
"issuance_rules": [`,
).Replace(smallState)

// wholeTemplate draws everything that a type can have.
const wholeTemplate = "<svg>${cardTitle} ${cardSubtitle} ${cardColor} ${textColor} " +
	"${logoImage} ${backgroundImage} ${bgOpacityPercent}</svg>"

// TestLaws: the laws of all providers hold for PingOne.
func TestLaws(t *testing.T) { providertest.Run(t, laws()) }

func laws() providertest.Suite {
	return providertest.Suite{
		Spec: &pingone.Spec, Fake: fake.New, State: lawsState, Generate: 20,
		Create: providertest.Row{
			"title": "Gym card", "description": "Members of the gym", "card_design_template": "<svg>${cardTitle} ${cardSubtitle}</svg>",
			"metadata.fields": `[{"id":"Alphanumeric Text -> Site","type":"Alphanumeric Text","title":"Site","value":"Main","isVisible":true,"required":false}]`,
		},
		Update:     providertest.Row{"credential_type_id": "t1", "metadata.card_color": "#102030"},
		Delete:     providertest.Row{"credential_type_id": "t4", "state": "absent"},
		Hidden:     []string{"t3"},
		PageSwitch: "page_size",
		Total:      map[string]string{"count": "true"},
		Cases: []providertest.Case{
			{Name: "every column", Rows: []providertest.Row{{
				"title": "Gym card", "description": "Members of the gym", "card_type": "Membership", "issuer_name": "The gym",
				"card_design_template": wholeTemplate,
				"management.mode":      "AUTOMATED", "multiple.expression": "user.gyms", "on_delete.revoke_issued_credentials": "false",
				"expiration":    `{"type":"HARD","after":{"timeUnit":"DAYS","duration":30}}`,
				"metadata.name": "Gym", "metadata.description": "A card", "metadata.card_color": "#A0B0C0", "metadata.text_color": "#000000",
				"metadata.logo_image": "https://images.example.com/logo.png", "metadata.background_image": "https://images.example.com/back.png",
				"metadata.bg_opacity_percent": "40", "metadata.columns": "2",
				"metadata.fields": "[" + surname + "," + site + "]",
			}}},
			{Name: "a layout of another version", Rows: []providertest.Row{{
				"title": "Gym card", "card_design_template": "<svg>${cardTitle}</svg>", "metadata.version": "3",
				"metadata.fields": "[" + site + "]",
			}}},
			{Name: "every column changed", Rows: []providertest.Row{{
				"credential_type_id": "t5", "title": "Sauna card", "description": "Guests of the sauna",
				"card_type":   "Season ticket",
				"issuer_name": "The sauna", "card_design_template": "<svg>" + wholeTemplate + "</svg>",
				"multiple.expression": "user.saunas", "on_delete.revoke_issued_credentials": "false",
				"expiration":    `{"type":"HARD","after":{"timeUnit":"DAYS","duration":90}}`,
				"metadata.name": "Sauna", "metadata.description": "A season",
				"metadata.card_color": "#A0B0C0", "metadata.text_color": "#000000",
				"metadata.logo_image":         "https://images.example.com/sauna.png",
				"metadata.background_image":   "https://images.example.com/steam.png",
				"metadata.bg_opacity_percent": "40", "metadata.columns": "2", "metadata.version": "2",
				"metadata.fields": "[" + surname + "," + site + "]",
			}}},
			{Name: "every column cleared", Rows: []providertest.Row{{
				"credential_type_id": "t5", "description": "<empty>", "card_type": "<empty>", "issuer_name": "<empty>",
				"card_design_template": "<svg>${cardTitle}</svg>", "multiple.expression": "<empty>", "expiration": "<empty>",
				"metadata.name": "<empty>", "metadata.description": "<empty>", "metadata.card_color": "<empty>",
				"metadata.text_color": "<empty>", "metadata.logo_image": "<empty>", "metadata.background_image": "<empty>",
				"metadata.bg_opacity_percent": "<empty>", "metadata.columns": "<empty>",
			}}},
			{Name: "fields and an end", Rows: []providertest.Row{
				{"title": "Visitor pass", "metadata.fields": "[" + site + "]"}, {"title": "Lab access", "expiration": "<empty>", "multiple.expression": "<empty>"},
			}},
			{Name: "no more automatic cards", Rows: []providertest.Row{{"credential_type_id": "t1", "management.mode": "MANAGED"}}},
			{Name: "another title", Rows: []providertest.Row{{"credential_type_id": "t2", "title": "Guest pass"}}},
			{Name: "a title that is taken", Set: map[string]string{"titles": "unique"}, Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"credential_type_id": "t2", "title": "Staff badge"},
			}},
			{Name: "no right to write", Set: map[string]string{"forbid": "write"}, Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"credential_type_id": "t2", "title": "Guest pass"},
			}},
			{Name: "no issuer", Set: map[string]string{"issuer": "missing"}, Ends: []reconcile.Outcome{reconcile.NotAttempted}, Rows: []providertest.Row{{
				"title": "Gym card", "card_design_template": "<svg>${cardTitle}</svg>", "metadata.fields": "[" + site + "]",
			}}},
		},
		Contract: &providertest.Contract{
			File: "pingone-credentials-openapi.yaml", Examples: "testdata/wire",
			Deviations: []providertest.Deviation{
				{Call: "POST /{environment}/as/token", Says: "no such call", Why: "section 1: tokens have a host of their own"},
				{Call: "GET /environments/{environmentID}/credentialTypes", Says: "query parameter cursor", Why: "section 2: the platform's paging, which the list of this route leaves out"},
			},
		},
		Refusal: func(quote string) (int, string) {
			return http.StatusBadRequest, fmt.Sprintf(`{"id":"e1","code":"INVALID_DATA","message":"Validation failed.","details":[{"code":"INVALID_VALUE","target":"title","message":%s}]}`, strconv.Quote(quote))
		},
	}
}
