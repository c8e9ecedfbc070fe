package configio_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"keyroster/io/configio"
)

// problems loads text and returns its problems as line:column: message.
func problems(t *testing.T, text string) []string {
	t.Helper()
	_, err := load(t, text)
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*configio.Error](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	var out []string
	for _, p := range e.Problems {
		out = append(out, fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p))
	}
	return out
}

// hasProblems asserts that text has exactly the wanted problems, in order. Each begins with the
// wanted text or, where that holds a …, begins with what precedes it and contains what follows.
func hasProblems(t *testing.T, text string, want ...string) {
	t.Helper()
	got := problems(t, text)
	ok := len(got) == len(want)
	for i := range min(len(got), len(want)) {
		start, part, _ := strings.Cut(want[i], "…")
		ok = ok && strings.HasPrefix(got[i], start) && strings.Contains(got[i], part)
	}
	if !ok {
		t.Errorf("problems of\n%s\nare\n  %s\nwant\n  %s", text, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestWholeFiles(t *testing.T) {
	tests := map[string][]string{
		"":             {"0:0: the file is empty"},
		"# nothing\n":  {"0:0: the file is empty"},
		"---\n":        {"0:0: the file is empty"},
		"accounts:":    {"1:11: `accounts` is empty"},
		"accounts: {}": {"1:11: `accounts` is empty"},
		"accounts: []": {"1:11: `accounts` must be a section"},
		"- accounts":   {"1:1: the configuration must be a section"},
		"hello":        {"1:1: the configuration must be a section"},
		"hq:\n  provider: seam\n": {
			"1:1: there is no `accounts` section",
			"1:1: unknown key `hq`; put accounts under `accounts:`",
		},
		"acounts:\n  hq: {provider: seam}":  {"1:1: there is no `accounts`", "1:1: unknown key `acounts`; did you mean `accounts`?"},
		"accounts:\n  hq:\n":                {"2:7: the account `hq` is empty"},
		"accounts:\n  hq: seam\n":           {"2:7: the account `hq` must be a section"},
		"accounts:\n  'a b': 7\n":           {"2:3: an account's name", "2:10: "},
		"accounts: &a\n  hq: *a\n":          {"2:3: the account `hq` has no `provider`"},
		"accounts: {a: *b}":                 {"1:15: there is no anchor"},
		"a: 1\n---\naccounts: {}\n":         {"3:1: a second YAML document"},
		"accounts: {a: 1":                   {"1:11: the file is not valid YAML: could not find flow mapping end token"},
		"accounts:\n\ta: 1\n":               {"2:1: the file is not valid YAML…"},
		"\xff\xfe":                          {"0:0: the file is not UTF-8"},
		"accounts: !!map {a: 1}":            {"1:11: tags are not used"},
		"%YAML 9.sekret\n---\naccounts: {}": {"1:7: the file is not valid YAML: unknown YAML version"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) { hasProblems(t, text, want...) })
	}
}

const accountHead = "accounts:\n  a:\n    provider: doorflow\n    auth: {api_key: env:KEY}\n"

// accountProblems lists lines of an account and what is wrong with them.
var accountProblems = []struct {
	lines string
	want  []string
}{
	{"concurency: 4", []string{"5:5: unknown key `concurency`; did you mean `concurrency`?"}},
	{"Page-Size: 4", []string{"5:5: unknown key `Page-Size`; did you mean `page_size`?"}},
	{"sync_wiat: 4s", []string{"5:5: unknown key `sync_wiat`; did you mean `sync_wait`?"}},
	{"zebra: 4", []string{"5:5: unknown key `zebra`"}},
	{"settle_wait: 4s", []string{"5:5: `settle_wait` is a key of the provider seam, not of doorflow"}},
	{"access_token: env:X", []string{"5:5: `access_token` belongs under `auth:`"}},
	{"rate: 1/s\nrate: 2/s", []string{"6:5: this key is already set on line 5; remove one"}},
	{"concurrency: four", []string{"5:18: `concurrency` must be a whole number from 1 to 1000, without quotes"}},
	{"concurrency: \"4\"", []string{"5:18: `concurrency` must be a whole number"}},
	{"concurrency: -4", []string{"5:18: `concurrency` must be a whole number from 1"}},
	{"concurrency: 0", []string{"5:18: `concurrency` must"}},
	{"concurrency: 4.0", []string{"5:18: `concurrency` must"}},
	{"concurrency: 0x10", []string{"5:18: `concurrency` must"}},
	{"concurrency:", []string{"5:…`concurrency` must"}},
	{"concurrency: [4]", []string{"5:18: `concurrency` must"}},
	{"concurrency: 99999999999999999999", []string{"5:18: `concurrency` must"}},
	{"rate: 5", []string{"5:11: `rate` cannot be `5`; a rate is N/s, N/m or none"}},
	{"rate: {a: 1}", []string{"5:11: `rate` must be text"}},
	{"listing: page", []string{"5:14: `listing` cannot be `page`; did you mean `pages`?; known: auto, skip_pagination, pages"}},
	{"unreadable: ignore", []string{"5:17: `unreadable` cannot be `ignore`; known: block, remember"}},
	{"freshness: no", []string{"5:16: `freshness` cannot be `no`; known: read, listing"}},
	{"move: yes", []string{"5:11: `move` must be true or false"}},
	{"limits: {updat: 3}", []string{"5:14: unknown key `updat`; did you mean `update`?"}},
	{"limits: {everything: 3}", []string{"5:14: unknown key `everything`; the limits are update"}},
	{"limits: {update: -3, delete: 120%}", []string{"5:22: limit update: ", "5:34: limit delete: "}},
	{"limits: {last_credential: 3%}", []string{"5:31: limit last_credential takes a count"}},
	{"limits: 3", []string{"5:13: `limits` must be a section"}},
	{"protect: {holder_id: 3}", []string{"5:14: `protect` must be a list"}},
	{"protect: [{person: 3}]", []string{"5:16: unknown key `person`; an entry of `protect` names columns of the roster: credential_id, holder_id"}},
	{"protect: [{holder_mail: x}]", []string{"5:16: unknown key `holder_mail`; did you mean `holder_email`?"}},
	{"protect: [{value: 1234}]", []string{"5:16: unknown key `value`; an entry"}},
	{"protect: [{holder_email: '*@example.com'}]", []string{"5:30: `holder_email` has a * before its end"}},
	{"protect: [{}]", []string{"5:15: an entry of `protect` names nothing"}},
	{"columns: {Badge: valeu}", []string{"5:22: a column cannot be `valeu`; did you mean `value`?"}},
	{"columns: {Badge: }", []string{"5:…a value of `columns` is empty"}},
	{"columns: {PIN: {column: value}}", []string{"5:20: the header `PIN` needs both `column` and `type`; such as " +
		"{column: value, type: pin}"}},
	{"columns: {PIN: {column: value, type: }}", []string{"5:…`type` is empty"}},
	{
		"columns: {PIN: {column: valeu, type: pin}}",
		[]string{"5:…a column with a type cannot be `valeu`; did you mean `value`?"},
	},
	{
		"columns: {PIN: {column: holder_id, type: pin}}",
		[]string{"5:…a column with a type cannot be `holder_id`; known: value"},
	},
	{
		"columns: {PIN: {column: value, typ: pin}}",
		[]string{"5:…the header `PIN` needs both", "5:…unknown key `typ`; did you mean `type`?"},
	},
	{"columns: {PIN: 'value:'}", []string{"5:…the header `PIN` has no type; such as value:pin"}},
	{"columns: {PIN: 'holder_id:pin'}", []string{"5:…a column cannot be `holder_id:pin`"}},
	{"fill_down: Staff ID", []string{"5:16: `fill_down` must be a list"}},
	{"time_zone: Europe/Lundon", []string{"5:16: unknown time zone `Europe/Lundon`"}},
	{"time_zone: Local", []string{"5:16: unknown time zone `Local`"}},
	{"time_zone: ../../etc/passwd", []string{"5:16: unknown time zone"}},
	{"schedule: '@daily'", []string{"5:15: `schedule` cannot be read; a schedule has five fields"}},
	{"schedule: 0 30 1 * * *", []string{"5:15: `schedule` cannot be read; a schedule has five fields and no seconds"}},
	{"schedule: '*/5 1 * * *'", []string{"5:15: `schedule` cannot be read; a schedule has one time of day"}},
	{"schedule: 30 25 * * *", []string{"5:15: `schedule` cannot be read; a schedule begins with the minute"}},
	{"schedule: [30 1 * * *]", []string{"5:15: `schedule` must be text"}},
	{
		"schedule: none\nstart_within: 30s",
		[]string{"6:19: `start_within` is shorter than 1m; workers check once a minute"},
	},
	{"start_within: 4", []string{
		"5:5: `start_within` has no effect without", "5:19: `start_within` must be a duration",
	}},
	{"roster: [a.csv, [b.csv]]", []string{"5:21: an entry of `roster` must be text"}},
	{"fingerprint_key: 00ff", []string{"5:22: `fingerprint_key` must not be written in this file"}},
	{"base_url: ftp://x", []string{"5:15: `base_url` must be a URL"}},
	{"base_url: api.example.com", []string{"5:15: `base_url` must be a URL"}},
	{"base_url: https://", []string{"5:15: `base_url` must be a URL"}},
	{"base_url: http://api.example.com", []string{"5:15: `base_url` must use https; plain http is only for this machine"}},
	{"base_url: https://u:p@example.com", []string{"5:15: `base_url` must not hold a user name"}},
	{"base_url: https://example.com?key=1", []string{"5:15: `base_url` must not hold a query"}},
	{"auth_url: http://example.com", []string{"5:15: `auth_url` must use https"}},
	{"sandbox: {state: x}", []string{"2:3: the account `a` has a `sandbox` section but does not use it"}},
	{"base_url: sandbox\nsandbox: {latncy: 3s}", []string{"6:15: unknown key `latncy`; did you mean `latency`?"}},
	{"base_url: sandbox\nsandbox: {latency: 3}", []string{"6:24: `latency` must be a duration with a unit"}},
	{"base_url: sandbox\nsandbox: {latency: -3s, seed: -1, generate: x, rate_limit: 9}", []string{"6:24: ", "6:35: ", "6:49: ", "6:64: "}},
	{"size: 65536", []string{"5:11: `size` must be a whole number from 0 to 65535"}},
	{"tries: -1", []string{"5:12: `tries` must be a whole number of at least 0"}},
	{"share: .inf", []string{"5:12: `share` must be a number"}},
	{"limit: lots", []string{"5:12: `limit` is not a valid value"}},
	{"retry: {atempts: 3}", []string{"5:13: unknown key `atempts`; did you mean `attempts`?"}},
	{"types: pin", []string{"5:12: `types` must be a list"}},
	{"expect: {account: [1]}", []string{"5:23: `expect.account` must be text"}},
	{"expect: {account: ''}", []string{"5:23: `expect.account` is empty"}},
	{"expect: {}", []string{"5:13: `expect` is empty; for example expect: {account: …}"}},
	{"expect: {workspace: abc123}", []string{"5:14: unknown key `workspace`; doorflow has accounts: expect: {account: …}"}},
	{"expect: {account: abc123, environment: abc123}", []string{"5:31: unknown key `environment`"}},
	{"expect: {acount: abc123}", []string{"5:14: unknown key `acount`; did you mean `account`?"}},
	{"tags: london", []string{"5:11: `tags` must be a list"}},
	{"tags: [a, 'b c', -d]", []string{"5:15: a tag consists of", "5:22: a tag consists of"}},
	{"disabled: maybe", []string{"5:15: `disabled` must be true or false"}},
	{"undo_for: 14", []string{"5:15: `undo_for` must be a duration"}},
	{"run_files: smal", []string{"5:16: `run_files` cannot be `smal`; did you mean `small`?; known: all, small"}},
	{"undo-for: 1d\ntag: [x]", []string{"5:5: unknown key `undo-for`; did you mean `undo_for`?", "6:5: unknown key `tag`; did you mean `tags`?"}},
	{"invite: maybe\nrate: x\nzebra: 1", []string{"5:13: ", "6:11: ", "7:5: "}},
}

func TestAccountProblems(t *testing.T) {
	for _, test := range accountProblems {
		t.Run(test.lines, func(t *testing.T) { hasProblems(t, accountHead+indent(test.lines), test.want...) })
	}
}

// sectionProblems maps accounts to what is wrong with them.
var sectionProblems = map[string][]string{
	"{auth: {api_key: env:K}}": {
		"2:3: the account `a` has no `provider`; known: doorflow, seam, pingone",
	},
	"{provider: dorflow, auth: {api_key: env:K}, zebra: 1}": {
		"2:17: `provider` cannot be `dorflow`; did you mean `doorflow`?; known: doorflow, seam, pingone",
	},
	"{provider: seam}": {
		"2:3: the account `a` has no `auth` section; write one of {api_key} " +
			"or {personal_access_token, workspace_id}",
	},
	"{provider: seam, auth: {}}":                {"2:29: `auth` is empty; write one of {api_key}"},
	"{provider: seam, auth: }":                  {"2:…`auth` is empty"},
	"{provider: seam, auth: env:KEY}":           {"2:29: `auth` must be a section"},
	"{provider: seam, auth: {workspace_id: 7}}": {"2:29: `auth` lacks personal_access_token"},
	"{provider: seam, auth: {api_key: env:K, workspace_id: 7}}": {
		"2:29: `auth` has api_key, workspace_id, which cannot be used together; write one of",
	},
	"{provider: doorflow, auth: {client_id: x, client_secret: env:Y}}": {
		"2:33: `auth` lacks token_file",
	},
	"{provider: doorflow, auth: {client_id: x, client_secret: env:Y, token_file: file:t}}": {
		"2:82: `token_file` is a path, not a reference",
	},
	"{provider: seam, auth: {apikey: env:K}}": {
		"2:30: unknown key `apikey`; did you mean `api_key`?",
	},
	"{provider: seam, auth: {password: env:K}}": {
		"2:30: unknown key in `auth` (not shown, because it may be a secret); write one of {api_key}",
	},
	"{provider: seam, auth: {api_key: 'env:'}}": {
		"2:39: `api_key`: what follows env: is not the name of an environment variable; " +
			"write env:SEAM_API_KEY",
	},
	"{provider: seam, auth: {api_key: 'env:A B'}}": {"2:39: `api_key`: what follows env:"},
	"{provider: seam, auth: {api_key: 'file:'}}":   {"2:39: `api_key`: what follows file:"},
	"{provider: seam, auth: {api_key: 'exec:'}}": {
		"2:39: `api_key`: what follows exec: is not a command",
	},
	"{provider: seam, auth: {api_key: 'exec:cat x | head'}}":                                            {"2:39: `api_key`: the command needs a shell"},
	"{provider: seam, auth: {api_key: }}":                                                               {"2:…`api_key` is empty"},
	"{provider: seam, auth: {api_key: [env:A]}}":                                                        {"2:39: `api_key` must be text"},
	"{provider: seam, base_url: sandbox, auth: {workspace_id: 7}}":                                      {"2:48: `auth` lacks"},
	"{provider: pingone, auth: {environment_id: 1, client_id: 2, client_secret: env:S}, sync_wait: 3s}": {"2:89: `sync_wait` is a key of the provider doorflow, not of pingone"},
}

func TestProviderAndAuthProblems(t *testing.T) {
	for text, want := range sectionProblems {
		t.Run(text, func(t *testing.T) { hasProblems(t, "accounts:\n  a: "+text+"\n", want...) })
	}
}

func TestErrorNamesFileLineAndColumn(t *testing.T) {
	_, err := load(t, "accounts:\n  a: {provider: seam, auth: {api_key: env:K}, rate: x, zebra: 1}\n")
	e, ok := errors.AsType[*configio.Error](err)
	if !ok {
		t.Fatal(err)
	}
	want := e.Path + ":2:53: `rate` cannot be `x`; a rate is N/s, N/m or none, such as 5/s\n" + e.Path + ":2:56: unknown key `zebra`"
	if err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}

// TestNoErrorShowsASecret: wherever a secret is pasted, no error shows it.
func TestNoErrorShowsASecret(t *testing.T) {
	const secret = "sk-live-4f9Qz7Tn"
	auth := []string{
		"auth: {api_key: SECRET}", "auth: {api_key: 'SECRET'}", "auth: {api_key: \"SECRET\"}", "auth: {api_key: [SECRET]}", "auth: {api_key: {SECRET: SECRET}}",
		"auth: SECRET", "auth: [SECRET]", "auth: {SECRET}", "auth: {api_key SECRET}", "auth: {SECRET: x}", "auth: {api_key: env:SECRET-x}",
		"auth: {api_key: env: SECRET}", "auth:\n  api_key: |SECRET\n    x", "auth:\n  api_key: |\n    SECRET", "auth:\n  api_key: >\n    SECRET\n  api_key: SECRET",
		"auth: {api_key: SECRET", "auth: {api_key: \"SECRET", "auth: {api_key: 'SECRET", "auth:\n  api_key: SECRET\n   x: y", "auth:\n api_key: SECRET: x",
		"auth: {api_key: !!SECRET x}", "auth: {api_key: !SECRET x}", "auth: {api_key: *SECRET}", "auth: {api_key: &SECRET x}", "auth: {api_key: @SECRET}",
		"auth: {api_key: `SECRET`}", "auth: {api_key: %SECRET}", "auth: {api_key: \"\\xSECRET\"}", "auth: {api_key: exec:echo SECRET | x}", "auth: {api_key: 'exec:echo \"SECRET'}",
		"auth: {client_id: a, client_secret: SECRET, token_file: t}", "auth: {client_id: a, client_secret: env:X, token_file: exec:SECRET}",
		"auth: {access_token: SECRET, api_key: SECRET}", "auth:\n- SECRET", "auth:\n\tapi_key: SECRET", "auth: {? SECRET}", "auth: {api_key: SECRET, api_key: SECRET}",
		"auth: {api_key: env:X}\n%SECRET", "auth: {api_key: env:X}\nSECRET", "auth: {api_key: env:X}\n{SECRET}", "auth: {api_key: env:X}\nfingerprint_key: SECRET",
		"auth: {api_key: env:X}\nauth_url: https://u:SECRET@[x", "auth: {api_key: env:X}\nbase_url: 'https://u:SECRET@example.com:x/\x01'", "auth: {api_key: env:X}\nbase_url: https://e.com/?k=SECRET",
		"auth: {api_key: env:X}\nexpect: [SECRET]", "auth: {api_key: env:X}\nroster: {SECRET: SECRET}", "auth: {api_key: env:X}\nlimit: SECRET", "auth: {api_key: env:X}\ninvite: SECRET",
		"auth: {api_key: env:X}\npage_size: SECRET", "auth: {api_key: env:X}\nprotect: [SECRET]", "auth: {api_key: env:X}\nsync_wait: SECRET",
		"client_secret: SECRET", "api_key: SECRET\n  x", "<<: SECRET", "<<: [SECRET]", "token: SECRET",
	}
	for _, lines := range auth {
		text := "accounts:\n  a:\n    provider: doorflow\n" + indent(strings.ReplaceAll(lines, "SECRET", secret))
		_, err := load(t, text)
		if err == nil {
			t.Errorf("%s: no error", lines)
			continue
		}
		if strings.Contains(err.Error(), secret) || strings.Contains(fmt.Sprintf("%#v %+v", err, err), secret) {
			t.Errorf("%s: %v", lines, err)
		}
	}
}

func TestALiteralSecretIsRefusedWithTheRemedy(t *testing.T) {
	hasProblems(t, "accounts:\n  a: {provider: seam, auth: {api_key: 12345678}}\n",
		"2:39: `api_key` must not be written in this file; store the secret elsewhere and refer "+
			"to it: `api_key: env:SEAM_API_KEY`, file:PATH or exec:COMMAND; "+
			"if it is a real secret, replace it")
}

// TestAliasesAreBounded: a file cannot turn a few lines into endless work.
func TestAliasesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("x0: &x0 {a: 1}\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "x%d: &x%d {<<: [*x%d, *x%d, *x%d, *x%d]}\n", i, i, i-1, i-1, i-1, i-1)
	}
	b.WriteString("accounts: {a: *x29}\n")
	if got := problems(t, b.String()); len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), "too") {
		t.Errorf("problems %q", got)
	}
	hasProblems(t, "accounts:\n  a: &a {<<: *a}\n", "2:3: the account", "2:14: sections are merged into each other too deeply")
}
