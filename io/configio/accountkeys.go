package configio

import (
	"github.com/goccy/go-yaml/ast"
)

func (r *reader) choose(into *string, v ast.Node, what string, words ...string) {
	if text, ok := r.word(v, what, words...); ok {
		*into = text
	}
}

func (r *reader) count(into *int, v ast.Node, what string, least, most int64) {
	if x, ok := r.integer(v, what, least, most); ok {
		*into = int(x)
	}
}

func (r *reader) path(into *string, v ast.Node, what string) {
	if text, ok := r.text(v, what); ok {
		*into = r.join(v, text)
	}
}

// accountKeys are the keys common to all providers, in the order of the
// documentation. provider and auth are read before and after the others.
var accountKeys = []key[Account]{
	{"provider", "text", "the provider's name", func(*reader, *Account, ast.Node) {}},
	{"base_url", "text", "what the API's paths are appended to, or sandbox", (*reader).baseURL},
	{"auth", "map", "how to log in: the members of one of the provider's forms", func(*reader, *Account, ast.Node) {}},
	{"sandbox", "map", "the embedded sandbox, for base_url: sandbox", (*reader).sandbox},
	{"expect", "map", "the tenant that this must be", (*reader).expect},
	{"tags", "list", "words that a command line names accounts by, as tag:NAME", (*reader).tags},
	{"disabled", "flag", "true: commands for several accounts pass this one over", func(r *reader, a *Account, v ast.Node) {
		a.Disabled, _ = r.boolean(v, "`disabled`")
	}},
	{"listing", "text", "auto, skip_pagination or pages", func(r *reader, a *Account, v ast.Node) {
		r.choose(&a.Listing, v, "`listing`", "auto", "skip_pagination", "pages")
	}},
	{"page_size", "number", "records a page", func(r *reader, a *Account, v ast.Node) {
		r.count(&a.PageSize, v, "`page_size`", 1, 10_000)
	}},
	{"concurrency", "number", "requests in flight", func(r *reader, a *Account, v ast.Node) {
		r.count(&a.Concurrency, v, "`concurrency`", 1, 1000)
	}},
	{"rate", "text", "sustained ceiling on requests: N/s, N/m or none", func(r *reader, a *Account, v ast.Node) {
		r.rate(&a.Rate, v, "`rate`")
	}},
	{
		"freshness",
		"text",
		"read: each record is read just before its write; listing: it is not",
		func(r *reader, a *Account, v ast.Node) {
			r.choose(&a.Freshness, v, "`freshness`", "read", "listing")
		},
	},
	{
		"unreadable",
		"text",
		"values that the provider masks: block: their rows are blocked; remember: they are held against what was last written",
		func(r *reader, a *Account, v ast.Node) {
			r.choose(&a.Unreadable, v, "`unreadable`", "block", UnreadableRemember)
		},
	},
	{
		"mask",
		"map",
		"what is shown of values, in place of the configuration's own",
		func(r *reader, a *Account, v ast.Node) {
			r.mask(&a.mask, v)
		},
	},
	{
		"limits",
		"map",
		"how much one run may change, as shares or counts; below types, for single types",
		(*reader).limits,
	},
	{"stop_after", "text", "failed lines after which no new write starts: 20 errors, or 10%", (*reader).stopAfter},
	{
		"unlisted",
		"text",
		"records in no row: name: the result names whose they are; ignore: it does not; needs-a-person: it does, and the run exits 3",
		func(r *reader, a *Account, v ast.Node) {
			r.choose(&a.Unlisted, v, "`unlisted`", "name", "ignore", "needs-a-person")
		},
	},
	{"sentinels", "list", "ids of credentials that every listing must show", func(r *reader, a *Account, v ast.Node) {
		a.Sentinels, _ = r.texts(v, "`sentinels`")
	}},
	{"roster_max_age", "duration", "how old a roster file may be", func(r *reader, a *Account, v ast.Node) {
		a.RosterMaxAge, _ = r.duration(v, "`roster_max_age`")
	}},
	{"move", "flag", "a row may give a record to another holder", func(r *reader, a *Account, v ast.Node) {
		a.Move, _ = r.boolean(v, "`move`")
	}},
	{
		"recreate",
		"flag",
		"a change that cannot be made in place may be a replacement",
		func(r *reader, a *Account, v ast.Node) {
			a.Recreate, _ = r.boolean(v, "`recreate`")
		},
	},
	{"park", "flag", "values that change hands in a circle may be parked", func(r *reader, a *Account, v ast.Node) {
		a.Park, _ = r.boolean(v, "`park`")
	}},
	{"protect", "list", "records that are never touched, by columns; a text may end in *", (*reader).protect},
	{"columns", "map", "a customer's own headers and the columns they mean", (*reader).columns},
	{
		"shapes",
		"map",
		"shapes of values that are right, by type, beside those that the records show: {Proximity card: \"digits:8-10\"}",
		(*reader).shapes,
	},
	{"repair", "list", "damaged cells to repair: strip-spaces, and pad: {column: digits}", (*reader).repair},
	{"encoding", "text", "the encoding of CSV rosters that are not UTF-8, such as windows-1250", (*reader).encoding},
	{"migrate", "map", "how credentials of other accounts become this one's, for keyroster migrate", (*reader).migrate},
	{"time_zone", "text", "the zone of local times in rosters", (*reader).location},
	{"roster", "list", "rosters used when the command line names none", (*reader).roster},
	{
		"ca_file",
		"text",
		"PEM file of certificate authorities to trust besides the system's: at the API, the heartbeat, the webhook and the mail server",
		func(r *reader, a *Account, v ast.Node) {
			r.path(&a.CAFile, v, "`ca_file`")
		},
	},
	{
		"keep_runs",
		"duration",
		"closed run folders older than this are deleted after a run, such as 90d; the last good one stays",
		func(r *reader, a *Account, v ast.Node) {
			a.KeepRuns, _ = r.duration(v, "`keep_runs`")
		},
	},
	{
		"run_files",
		"text",
		"all: a closed run keeps its files; small: one that changed nothing keeps its manifest and a short report",
		func(r *reader, a *Account, v ast.Node) {
			if word, ok := r.word(v, "`run_files`", string(RunFilesAll), string(RunFilesSmall)); ok {
				a.RunFiles = RunFiles(word)
			}
		},
	},
	{
		"undo_for",
		"duration",
		"how long the old values of a run are kept, sealed, for keyroster undo (14d); 0 is never",
		func(r *reader, a *Account, v ast.Node) {
			if d, ok := r.duration(v, "`undo_for`"); ok {
				a.UndoFor = d
			}
		},
	},
	{"heartbeat", "map", "addresses to call when a run begins and ends: start, success, failure", (*reader).heartbeat},
	{"notify", "map", "who is told of a run, by webhook and mail", (*reader).notify},
	{
		"backup_to",
		"text",
		"public key (age1…) to which each run encrypts what it is about to change",
		func(r *reader, a *Account, v ast.Node) {
			a.BackupTo, _ = r.text(v, "`backup_to`")
		},
	},
	{
		"fingerprint_key",
		"reference",
		"key of the fingerprints in plans, reports and exports, in place of the state folder's",
		(*reader).fingerprintKey,
	},
}

var sandboxKeys = []key[Sandbox]{
	{"state", "text", "state file", func(r *reader, s *Sandbox, v ast.Node) { r.path(&s.State, v, "`state`") }},
	{"latency", "duration", "added to each answer", func(r *reader, s *Sandbox, v ast.Node) {
		s.Latency, _ = r.duration(v, "`latency`")
	}},
	{"settle", "duration", "until accepted changes reach doors or wallets", func(r *reader, s *Sandbox, v ast.Node) {
		s.Settle, _ = r.duration(v, "`settle`")
	}},
	{
		"faults",
		"text",
		"probabilities of faults",
		func(r *reader, s *Sandbox, v ast.Node) { s.Faults, _ = r.text(v, "`faults`") },
	},
	{
		"rate_limit",
		"text",
		"N/s, N/m or none",
		func(r *reader, s *Sandbox, v ast.Node) { r.rate(&s.RateLimit, v, "`rate_limit`") },
	},
	{"seed", "number", "of faults and generated records", func(r *reader, s *Sandbox, v ast.Node) {
		seed, _ := r.integer(v, "`seed`", 0, 1<<53)
		s.Seed = uint64(seed)
	}},
	{"generate", "number", "credentials to make up", func(r *reader, s *Sandbox, v ast.Node) {
		r.count(&s.Generate, v, "`generate`", 0, 10_000_000)
	}},
	{
		"set",
		"map",
		"switches of the provider's sandbox",
		func(r *reader, s *Sandbox, v ast.Node) { s.Set, _ = r.textMap(v, "`set`") },
	},
}
