package configio

import (
	"time"

	"github.com/goccy/go-yaml/ast"

	"keyroster/reconcile"
)

// ignored does nothing, for keys that are read before or after the others.
func ignored(*reader, *Account, ast.Node) {}

// accountKeys are the keys common to all providers, in the order of the
// documentation. provider and auth are read before and after the others.
var accountKeys = []key[Account]{
	{"provider", kind{word: "text", schema: providerSchema}, "the provider's name", ignored},
	{"base_url", of("text", baseURLSchema), "the base URL of the API, or sandbox", (*reader).baseURL},
	{
		"auth",
		kind{word: "map", schema: authSchema},
		"how to log in: the keys of one of the provider's forms of login", ignored,
	},
	section("sandbox", "the embedded sandbox, for base_url: sandbox", sandboxKeys, (*reader).sandbox),
	{
		"expect",
		kind{word: "map", schema: expectSchema},
		"the tenant that this account must be: the account, workspace or environment at the provider, by its id",
		(*reader).expect,
	},
	{
		"tags", of("list", listOf(nameSchema)),
		"tags that select accounts on the command line, as tag:NAME", (*reader).tags,
	},
	flag("disabled", "true: commands for several accounts skip this one",
		func(a *Account) *bool { return &a.Disabled }),
	words("listing", "auto, skip_pagination or pages",
		func(a *Account) *string { return &a.Listing }, "auto", "skip_pagination", "pages"),
	number("page_size", "records per page", 1, 10_000, func(a *Account) *int { return &a.PageSize }),
	number("concurrency", "requests in flight", 1, 1000, func(a *Account) *int { return &a.Concurrency }),
	rate("rate", "maximum request rate: N/s, N/m or none", func(a *Account) *string { return &a.Rate }),
	words("freshness", "read: each record is read just before its write; listing: it is not",
		func(a *Account) *string { return &a.Freshness }, "read", "listing"),
	words(
		"unreadable",
		"values that the provider masks: block: their rows are blocked; remember: they are compared with what was "+
			"last written",
		func(a *Account) *string { return &a.Unreadable },
		"block",
		UnreadableRemember,
	),
	section("mask", "how much of a value is shown, instead of the mask beside accounts", maskKeys,
		func(r *reader, a *Account, v ast.Node) { r.mask(&a.mask, v) }),
	{
		"limits",
		kind{"map", limitsSchema, limitKeys()},
		"how much one run may change, as shares or counts; under types, for single types", (*reader).limits,
	},
	{
		"stop_after", of("text", stopSchema),
		"stop starting writes after this many failed lines: 20 errors, or 10%", (*reader).stopAfter,
	},
	words(
		"unlisted",
		"records in no row: name: the result names their people; ignore: it does not; needs-a-person: it does, and "+
			"the run exits 3",
		func(a *Account) *string { return &a.Unlisted },
		"name",
		"ignore",
		"needs-a-person",
	),
	{
		"sentinels", of("list", listOf(textSchema)), "ids of credentials that every listing must include",
		func(r *reader, a *Account, v ast.Node) { a.Sentinels, _ = r.texts(v, "`sentinels`") },
	},
	duration("roster_max_age", "maximum age of a roster file",
		func(a *Account) *time.Duration { return &a.RosterMaxAge }),
	flag("move", "a row may give a record to another holder", func(a *Account) *bool { return &a.Move }),
	flag("recreate", "a change that cannot be made in place may be made as a replacement",
		func(a *Account) *bool { return &a.Recreate }),
	flag("park", "values that change hands in a cycle may be parked", func(a *Account) *bool { return &a.Park }),
	{
		"protect",
		kind{word: "list", schema: protectSchema},
		"records that are never touched, by columns; a value may end in *", (*reader).protect,
	},
	{
		"columns",
		kind{word: "map", schema: columnsSchema},
		"your own headers and the columns they mean; - ignores a header, and in a table with one line for each " +
			"person, {column: value, type: pin} says what a column holds",
		(*reader).columns,
	},
	{
		"fill_down", of("list", listOf(textSchema)),
		"columns whose blank cells take the value above, in rows that do not name a person",
		func(r *reader, a *Account, v ast.Node) { a.FillDown, _ = r.texts(v, "`fill_down`") },
	},
	{
		"shapes", of("map", mapOf(textSchema)),
		"allowed shapes of values, by type, besides those of the account's records: {Proximity card: \"digits:8-10\"}",
		(*reader).shapes,
	},
	{
		"repair",
		kind{word: "list", schema: repairSchema},
		"repairs of damaged cells: strip-spaces, and pad: {column: digits} or {column: {type: digits}}", (*reader).repair,
	},
	{
		"encoding", of("text", textSchema),
		"the encoding of CSV rosters that are not UTF-8, such as windows-1250", (*reader).encoding,
	},
	section("migrate", "how credentials of other accounts are converted, for keyroster migrate",
		migrateKeys, (*reader).migrate),
	{
		"time_zone",
		of("text", textSchema),
		"the time zone of local times in rosters and of schedule",
		(*reader).location,
	},
	{
		"roster",
		of("list", oneOrMoreOf(textSchema)),
		"rosters to use when the command line names none",
		(*reader).roster,
	},
	{
		"schedule", of("text", scheduleSchema),
		"when a fleet's workers run the account: five cron fields with one time of day, " +
			"such as 30 1 * * *; none: only on request",
		(*reader).schedule,
	},
	{
		"start_within", of("duration", durationSchema),
		"how late a scheduled night may start (4h); after that it is missed", (*reader).startWithin,
	},
	path(
		"ca_file",
		"PEM file of certificate authorities to trust besides the system's, for the API, heartbeat, webhook and mail server",
		func(a *Account) *string { return &a.CAFile },
	),
	duration(
		"keep_runs",
		"closed run folders older than this are deleted after a run, such as 90d; the last good run is kept",
		func(a *Account) *time.Duration { return &a.KeepRuns },
	),
	words(
		"run_files",
		"all: a closed run keeps its files; small: one that changed nothing keeps its manifest and a short report",
		func(a *Account) *RunFiles { return &a.RunFiles }, string(RunFilesAll), string(RunFilesSmall),
	),
	duration("undo_for", "how long the old values of a run are kept, encrypted, for keyroster undo (14d); 0 keeps none",
		func(a *Account) *time.Duration { return &a.UndoFor }),
	section("heartbeat", "URLs to call when a run starts and ends: start, success, failure",
		heartbeatKeys, (*reader).heartbeat),
	section("notify", "who is notified of a run, by webhook and mail", notifyKeys, (*reader).notify),
	text("backup_to", "public key (age1…) to encrypt a backup of what each run is about to change",
		func(a *Account) *string { return &a.BackupTo }),
	secret(
		"fingerprint_key", "key of the fingerprints in plans, reports and exports, instead of the state folder's",
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
	duration("latency", "delay added to each answer", func(s *Sandbox) *time.Duration { return &s.Latency }),
	duration("settle", "delay until accepted changes reach doors or wallets",
		func(s *Sandbox) *time.Duration { return &s.Settle }),
	text("faults", "probabilities of faults", func(s *Sandbox) *string { return &s.Faults }),
	rate("rate_limit", "N/s, N/m or none", func(s *Sandbox) *string { return &s.RateLimit }),
	{
		"seed", of("number", numberSchema(0, 1<<53)), "seed of faults and generated records",
		func(r *reader, s *Sandbox, v ast.Node) {
			seed, _ := r.integer(v, "`seed`", 0, 1<<53)
			s.Seed = uint64(seed)
		},
	},
	number("generate", "number of generated credentials", 0, 10_000_000, func(s *Sandbox) *int { return &s.Generate }),
	{
		"set", of("map", mapOf(textSchema)), "settings of the provider's sandbox",
		func(r *reader, s *Sandbox, v ast.Node) { s.Set, _ = r.textMap(v, "`set`") },
	},
}
