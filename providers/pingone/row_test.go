package pingone_test

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/pingone"
	"keyroster/reconcile"
)

// findings returns what Check says about a row.
func findings(t *testing.T, row map[string]string) []reconcile.Finding {
	t.Helper()
	filled := &pingone.Row{}
	value := reflect.ValueOf(filled).Elem()
	for name, text := range row {
		n := pingone.Schema.Index(name)
		if n < 0 {
			t.Fatalf("no column %s", name)
		}
		value.Field(pingone.Schema.Columns[n].Field).SetString(text)
	}
	var out []reconcile.Finding
	pingone.Spec.Check(filled, func(f reconcile.Finding) { out = append(out, f) })
	return out
}

// dataURL returns an image of n bytes.
func dataURL(n int) string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(make([]byte, n))
}

func TestCheck(t *testing.T) {
	const host = `[{"type":"Alphanumeric Text","title":"Host"}]`
	for name, c := range map[string]struct {
		row  map[string]string
		want []string
	}{
		"nothing named": {map[string]string{"description": "x"}, []string{"/no_credential_type"}},
		"an id is enough": {
			map[string]string{"credential_type_id": "9a3f0000-0000-4000-8000-000000000001"}, nil,
		},
		"a title is enough": {map[string]string{"title": "Staff badge"}, nil},
		"an id with a path in it": {
			map[string]string{"credential_type_id": "a/../b"},
			[]string{"credential_type_id/credential_type_id"},
		},
		"no template": {
			map[string]string{"title": "T", "card_design_template": "<html></html>"},
			[]string{"card_design_template/template"},
		},
		"a cut template": {
			map[string]string{"title": "T", "card_design_template": "<svg><text>"},
			[]string{"card_design_template/template"},
		},
		"white space after a template": {
			map[string]string{"title": "T", "card_design_template": "<svg>${cardTitle}</svg>\n \t"}, nil,
		},
		"a mark of direction": {
			map[string]string{"title": "T", "issuer_name": "\u202eevil"},
			[]string{"issuer_name/invisible_character warning"},
		},
		"lines, and a joiner": {
			map[string]string{"title": "T", "description": "one\ntwo \U0001f469\u200d\U0001f680"}, nil,
		},
		"a colour by name":               {map[string]string{"title": "T", "metadata.card_color": "red"}, []string{"metadata.card_color/color warning"}},
		"a colour of three digits":       {map[string]string{"title": "T", "metadata.text_color": "#fff"}, []string{"metadata.text_color/color warning"}},
		"a colour":                       {map[string]string{"title": "T", "metadata.text_color": "#fFf0a1"}, nil},
		"a cleared colour":               {map[string]string{"credential_type_id": "t1", "metadata.text_color": "<empty>"}, nil},
		"opacity beyond its range":       {map[string]string{"title": "T", "metadata.bg_opacity_percent": "101"}, []string{"metadata.bg_opacity_percent/integer"}},
		"opacity below its range":        {map[string]string{"title": "T", "metadata.bg_opacity_percent": "-1"}, []string{"metadata.bg_opacity_percent/integer"}},
		"opacity with a point":           {map[string]string{"title": "T", "metadata.bg_opacity_percent": "20.0"}, nil},
		"opacity in words":               {map[string]string{"title": "T", "metadata.bg_opacity_percent": "20%"}, []string{"metadata.bg_opacity_percent/integer"}},
		"four columns":                   {map[string]string{"title": "T", "metadata.columns": "4"}, []string{"metadata.columns/integer"}},
		"a version":                      {map[string]string{"title": "T", "metadata.version": "5"}, nil},
		"maybe":                          {map[string]string{"title": "T", "on_delete.revoke_issued_credentials": "maybe"}, []string{"on_delete.revoke_issued_credentials/truth_value"}},
		"truth in capitals":              {map[string]string{"title": "T", "on_delete.revoke_issued_credentials": "FALSE"}, nil},
		"the prose's mode":               {map[string]string{"title": "T", "management.mode": "AUTOMATIC"}, []string{"management.mode/mode"}},
		"a mode":                         {map[string]string{"title": "T", "management.mode": "managed"}, nil},
		"an image at a path":             {map[string]string{"title": "T", "metadata.logo_image": "/logo.png"}, []string{"metadata.logo_image/image warning"}},
		"an image without TLS":           {map[string]string{"title": "T", "metadata.logo_image": "http://example.com/logo.png"}, []string{"metadata.logo_image/image warning"}},
		"an image by URL":                {map[string]string{"title": "T", "metadata.logo_image": "https://example.com/logo.png"}, nil},
		"a logo of 25 KB":                {map[string]string{"title": "T", "metadata.logo_image": dataURL(25 << 10)}, nil},
		"a larger logo":                  {map[string]string{"title": "T", "metadata.logo_image": dataURL(25<<10 + 1)}, []string{"metadata.logo_image/image_size warning"}},
		"a background of 50 KB":          {map[string]string{"title": "T", "metadata.background_image": dataURL(50 << 10)}, nil},
		"a larger background":            {map[string]string{"title": "T", "metadata.background_image": dataURL(50<<10 + 1)}, []string{"metadata.background_image/image_size warning"}},
		"a cut image":                    {map[string]string{"title": "T", "metadata.logo_image": "data:image/png;base64,abc"}, []string{"metadata.logo_image/image warning"}},
		"no JSON":                        {map[string]string{"title": "T", "metadata.fields": "[{]", "expiration": "soon"}, []string{"metadata.fields/json", "expiration/json"}},
		"two values of JSON":             {map[string]string{"title": "T", "metadata.fields": "[] []"}, []string{"metadata.fields/json"}},
		"no list":                        {map[string]string{"title": "T", "metadata.fields": "{}"}, []string{"metadata.fields/json"}},
		"no field":                       {map[string]string{"title": "T", "metadata.fields": "[]"}, []string{"metadata.fields/fields"}},
		"no such field type":             {map[string]string{"title": "T", "metadata.fields": `[{"type":"Text","title":"A"}]`}, []string{"metadata.fields/fields"}},
		"attribute and value":            {map[string]string{"title": "T", "metadata.fields": `[{"type":"Directory Attribute","title":"A","attribute":"a","value":"b"}]`}, nil},
		"a directory without attribute":  {map[string]string{"title": "T", "metadata.fields": `[{"type":"Directory Attribute","title":"A"}]`}, nil},
		"a text with attribute":          {map[string]string{"title": "T", "metadata.fields": `[{"type":"Alphanumeric Text","title":"A","attribute":"a"}]`}, nil},
		"a field without title":          {map[string]string{"title": "T", "metadata.fields": `[{"type":"Issued Timestamp"}]`}, []string{"metadata.fields/fields"}},
		"a truth that is a text":         {map[string]string{"title": "T", "metadata.fields": `[{"type":"Issued Timestamp","title":"At","required":"yes"}]`}, []string{"metadata.fields/fields"}},
		"a file support of its own":      {map[string]string{"title": "T", "metadata.fields": `[{"type":"Directory Attribute","title":"A","attribute":"a","fileSupport":"PNG"}]`}, []string{"metadata.fields/fields"}},
		"two fields of one id":           {map[string]string{"title": "T", "metadata.fields": `[{"type":"Issued Timestamp","title":"A"},{"type":"Issued Timestamp","title":"A"}]`}, []string{"metadata.fields/fields"}},
		"text without value, automated":  {map[string]string{"title": "T", "management.mode": "AUTOMATED", "metadata.fields": host}, nil},
		"text without value, managed":    {map[string]string{"title": "T", "management.mode": "MANAGED", "metadata.fields": host}, nil},
		"an expiration":                  {map[string]string{"title": "T", "expiration": `{"type":"HARD","after":{"duration":1,"timeUnit":"HOURS"}}`}, nil},
		"an expiration too soon":         {map[string]string{"title": "T", "expiration": `{"type":"HARD","after":{"duration":59,"timeUnit":"MINUTES"}}`}, []string{"expiration/expiration"}},
		"two expirations":                {map[string]string{"title": "T", "expiration": `{"type":"HARD","expression":"x","timestamp":"2026-01-01T00:00:00Z"}`}, []string{"expiration/expiration"}},
		"an expiration of no type":       {map[string]string{"title": "T", "expiration": `{"expression":"x"}`}, nil},
		"a soft expiration without name": {map[string]string{"title": "T", "expiration": `{"type":"SOFT","expression":"x"}`}, nil},
		"a soft expiration":              {map[string]string{"title": "T", "expiration": `{"type":"SOFT","fieldName":"Until","timestamp":"2026-01-01T00:00:00.123Z"}`}, nil},
		"an expiration named as a field": {map[string]string{"title": "T", "metadata.fields": host, "expiration": `{"type":"SOFT","fieldName":"Host","expression":"x"}`}, nil},
		"an expiration of words":         {map[string]string{"title": "T", "expiration": `{"type":"HARD","timestamp":"tomorrow"}`}, []string{"expiration/expiration"}},
		"an expiration of what is not":   {map[string]string{"title": "T", "management.mode": "MANAGED", "expiration": `{"type":"HARD","expression":"x"}`}, nil},
		"a placeholder without member":   {map[string]string{"title": "T", "card_design_template": "<svg>${cardTitle}${cardColor}</svg>"}, nil},
		"a placeholder filled elsewhere": {map[string]string{"credential_type_id": "t1", "card_design_template": "<svg>${cardTitle}${cardColor}</svg>"}, nil},
		"a placeholder that is cleared": {
			map[string]string{"credential_type_id": "t1", "card_design_template": "<svg>${cardColor}</svg>", "metadata.card_color": "<empty>"},
			[]string{"card_design_template/placeholder warning"},
		},
		"a member without placeholder":                 {map[string]string{"title": "T", "card_design_template": "<svg>${cardTitle}</svg>", "metadata.card_color": "#112233"}, []string{"metadata.card_color/placeholder warning"}},
		"a member of an existing type":                 {map[string]string{"credential_type_id": "t1", "card_design_template": "<svg>${cardTitle}</svg>", "metadata.card_color": "#112233"}, []string{"metadata.card_color/placeholder warning"}},
		"a field out of range":                         {map[string]string{"credential_type_id": "t1", "management.mode": "MANAGED", "card_design_template": "<svg>${fields[1].value}</svg>", "metadata.fields": host}, []string{"card_design_template/placeholder warning"}},
		"a field by its title":                         {map[string]string{"title": "T", "metadata.fields": `[{"title":"A"}]`}, nil},
		"an SVG with what may stand before and behind": {map[string]string{"title": "T", "card_design_template": "\ufeff<?xml version=\"1.0\"?>\n<!-- by hand -->\n<svg>${cardTitle}</svg>\n<!-- end -->\n"}, nil},
		"a placeholder that nothing fills":             {map[string]string{"title": "T", "card_design_template": "<svg>${unknown}${unknown}${CardTitle}</svg>"}, []string{"card_design_template/placeholder warning", "card_design_template/placeholder warning"}},
		"a field before the first one":                 {map[string]string{"title": "T", "card_design_template": "<svg>${fields[-1]}${fields[-1].value}</svg>"}, []string{"card_design_template/placeholder warning", "card_design_template/placeholder warning"}},
		"something else of a field":                    {map[string]string{"title": "T", "card_design_template": "<svg>${fields[0].foo}${fields[0].title}${fields[0].value}${fields[0]}</svg>"}, []string{"card_design_template/placeholder warning", "card_design_template/placeholder warning"}},
		"a placeholder that is not closed":             {map[string]string{"title": "T", "card_design_template": "<svg><text>${cardTitle</text></svg>"}, []string{"card_design_template/placeholder warning"}},
		"what goes away is not judged":                 {map[string]string{"title": "T", "state": "absent", "metadata.card_color": "red"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range findings(t, c.row) {
				text := f.Column + "/" + f.Kind
				if f.Severity == reconcile.SeverityWarning {
					text += " warning"
				}
				if got = append(got, text); f.Message == "" || f.Remedy == "" {
					t.Errorf("no words: %+v", f)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSchema: column names as rosters spell them, in the order of exports.
func TestSchema(t *testing.T) {
	var names []string
	for i := range pingone.Schema.Columns {
		names = append(names, pingone.Schema.Columns[i].Name)
	}
	const want = "credential_type_id title description card_type issuer_name card_design_template management.mode multiple.expression expiration " +
		"on_delete.revoke_issued_credentials metadata.name metadata.description metadata.card_color metadata.text_color metadata.background_image " +
		"metadata.logo_image metadata.bg_opacity_percent metadata.columns metadata.version metadata.fields state status issued version_number fingerprint display_name"
	if diff := cmp.Diff(want, strings.Join(names, " ")); diff != "" {
		t.Error(diff)
	}
}
