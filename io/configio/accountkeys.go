package configio

import (
	"time"

	"github.com/goccy/go-yaml/ast"

	"keyroster/reconcile"
)

// ignored is the reader of what is read before or after the other keys.
func ignored(*reader, *Account, ast.Node) {}

// accountKeys are the keys common to all providers, in the order of the
// documentation. provider and auth are read before and after the others.
var accountKeys = []key[Account]{
	{"provider", kind{word: "text", schema: providerSchema}, "the provider's name", ignored},
	{"base_url", of("text", baseURLSchema), "what the API's paths are appended to, or sandbox", (*reader).baseURL},
	{
		"auth",
		kind{word: "map", schema: authSchema},
		"how to log in: the members of one of the provider's forms", ignored,
	},
	section("sandbox", "the embedded sandbox, for base_url: sandbox", sandboxKeys, (*reader).sandbox),
	{"expect", kind{word: "map", schema: expectSchema}, "the tenant that this must be", (*reader).expect},
	{
		"tags", of("list", listOf(nameSchema)),
		"words that a command line names accounts by, as tag:NAME", (*reader).tags,
	},
	flag("disabled", "true: commands for several accounts pass this one over",
		func(a *Account) *bool { return &a.Disabled }),
	words("listing", "auto, skip_pagination or pages",
		func(a *Account) *string { return &a.Listing }, "auto", "skip_pagination", "pages"),
	number("page_size", "records a page", 1, 10_000, func(a *Account) *int { return &a.PageSize }),
	number("concurrency", "requests in flight", 1, 1000, func(a *Account) *int { return &a.Concurrency }),
	rate("rate", "sustained ceiling on requests: N/s, N/m or none", func(a *Account) *string { return &a.Rate }),
	words("freshness", "read: each record is read just before its write; listing: it is not",
		func(a *Account) *string { return &a.Freshness }, "read", "listing"),
	words(
		"unreadable",
		"values that the provider masks: block: their rows are blocked; remember: they are held against what was last written",
		func(a *Account) *string { return &a.Unreadable }, "block", UnreadableRemember,
	),
	section("mask", "what is shown of values, in place of the configuration's own", maskKeys,
		func(r *reader, a *Account, v ast.Node) { r.mask(&a.mask, v) }),
	{
		"limits",
		kind{"map", limitsSchema, limitKeys()},
		"how much one run may change, as shares or counts; below types, for single types", (*reader).limits,
	},
	{
		"stop_after", of("text", stopSchema),
		"failed lines after which no new write starts: 20 errors, or 10%", (*reader).stopAfter,
	},
	words(
		"unlisted",
		"records in no row: name: the result names whose they are; ignore: it does not; needs-a-person: it does, and the run exits 3",
		func(a *Account) *string { return &a.Unlisted }, "name", "ignore", "needs-a-person",
	),
	{
		"sentinels", of("list", listOf(textSchema)), "ids of credentials that every listing must show",
		func(r *reader, a *Account, v ast.Node) { a.Sentinels, _ = r.texts(v, "`sentinels`") },
	},
	duration("roster_max_age", "how old a roster file may be",
		func(a *Account) *time.Duration { return &a.RosterMaxAge }),
	flag("move", "a row may give a record to another holder", func(a *Account) *bool { return &a.Move }),
	flag("recreate", "a change that cannot be made in place may be a replacement",
		func(a *Account) *bool { return &a.Recreate }),
	flag("park", "values that change hands in a circle may be parked", func(a *Account) *bool { return &a.Park }),
	{
		"protect",
		kind{word: "list", schema: protectSchema},
		"records that are never touched, by columns; a text may end in *", (*reader).protect,
	},
	{
		"columns",
		kind{word: "map", schema: columnsSchema},
		"a customer's own headers and the columns they mean", (*reader).columns,
	},
	{
		"shapes", of("map", mapOf(textSchema)),
		"shapes of values that are right, by type, beside those that the records show: {Proximity card: \"digits:8-10\"}",
		(*reader).shapes,
	},
	{
		"repair",
		kind{word: "list", schema: repairSchema},
		"damaged cells to repair: strip-spaces, and pad: {column: digits}", (*reader).repair,
	},
	{
		"encoding", of("text", textSchema),
		"the encoding of CSV rosters that are not UTF-8, such as windows-1250", (*reader).encoding,
	},
	section("migrate", "how credentials of other accounts become this one's, for keyroster migrate",
		migrateKeys, (*reader).migrate),
	{"time_zone", of("text", textSchema), "the zone of local times in rosters, and of schedule", (*reader).location},
	{"roster", of("list", oneOrMoreOf(textSchema)), "rosters used when the command line names none", (*reader).roster},
	{
		"schedule", of("text", scheduleSchema),
		"when a fleet's workers run the account: five cron fields with one time of the day, " +
			"such as 30 1 * * *; none: never by themselves",
		(*reader).schedule,
	},
	{
		"start_within", of("duration", durationSchema),
		"how late such a night may begin (4h); later it is missed", (*reader).startWithin,
	},
	path(
		"ca_file",
		"PEM file of certificate authorities to trust besides the system's: at the API, the heartbeat, the webhook and the mail server",
		func(a *Account) *string { return &a.CAFile },
	),
	duration(
		"keep_runs",
		"closed run folders older than this are deleted after a run, such as 90d; the last good one stays",
		func(a *Account) *time.Duration { return &a.KeepRuns },
	),
	words(
		"run_files",
		"all: a closed run keeps its files; small: one that changed nothing keeps its manifest and a short report",
		func(a *Account) *RunFiles { return &a.RunFiles }, string(RunFilesAll), string(RunFilesSmall),
	),
	duration("undo_for", "how long the old values of a run are kept, sealed, for keyroster undo (14d); 0 is never",
		func(a *Account) *time.Duration { return &a.UndoFor }),
	section("heartbeat", "addresses to call when a run begins and ends: start, success, failure",
		heartbeatKeys, (*reader).heartbeat),
	section("notify", "who is told of a run, by webhook and mail", notifyKeys, (*reader).notify),
	text("backup_to", "public key (age1…) to which each run encrypts what it is about to change",
		func(a *Account) *string { return &a.BackupTo }),
	secret(
		"fingerprint_key", "key of the fingerprints in plans, reports and exports, in place of the state folder's",
		"KEYROSTER_FINGERPRINT_KEY", func(a *Account) **Reference { return &a.FingerprintKey },
	),
}

// limitKeys describe the keys of limits.
func limitKeys() []Key {
	var out []Key
	for _, name := range reconcile.LimitNames {
		out = append(out, Key{Path: name, Kind: "text", Help: "a count, or a share such as 20%"})
	}
	return out
}

var sandboxKeys = []key[Sandbox]{
	path("state", "state file", func(s *Sandbox) *string { return &s.State }),
	duration("latency", "added to each answer", func(s *Sandbox) *time.Duration { return &s.Latency }),
	duration("settle", "until accepted changes reach doors or wallets",
		func(s *Sandbox) *time.Duration { return &s.Settle }),
	text("faults", "probabilities of faults", func(s *Sandbox) *string { return &s.Faults }),
	rate("rate_limit", "N/s, N/m or none", func(s *Sandbox) *string { return &s.RateLimit }),
	{
		"seed", of("number", numberSchema(0, 1<<53)), "of faults and generated records",
		func(r *reader, s *Sandbox, v ast.Node) {
			seed, _ := r.integer(v, "`seed`", 0, 1<<53)
			s.Seed = uint64(seed)
		},
	},
	number("generate", "credentials to make up", 0, 10_000_000, func(s *Sandbox) *int { return &s.Generate }),
	{
		"set", of("map", mapOf(textSchema)), "switches of the provider's sandbox",
		func(r *reader, s *Sandbox, v ast.Node) { s.Set, _ = r.textMap(v, "`set`") },
	},
}
