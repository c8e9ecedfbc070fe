package reportio

import (
	"cmp"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"keyroster/reconcile"
)

// Schema is the schema word of report.json.
const Schema = "keyroster/report/1"

// Lines are the lines of a report. The line that is yielded is reused: it is
// valid until the next one, and [Line.Clone] keeps it. An error ends the
// stream; the lines before it are not a report. The stream must be repeatable,
// since every form of a report reads it at least once.
type Lines = iter.Seq2[*Line, error]

// Report is one run, or one plan shown as a run that wrote nothing. Its JSON
// form is report.json: members may be added, never renamed.
//
// A report is filled by one goroutine and written by one at a time.
type Report struct {
	// Schema is always [Schema]; WriteJSON fills it in.
	Schema string `json:"schema"`
	// RunID is empty for a plan, which leaves no run.
	RunID   string `json:"run_id"`
	Account string `json:"account"`
	// Tenant is the provider's own id of the tenant; empty in reports of versions without it.
	Tenant   string `json:"tenant"`
	Provider string `json:"provider"`
	// Command is the command as a user typed it: plan, apply, resume, migrate, undo.
	Command string `json:"command"`
	// Undoes is the id of the run that this one undid; empty for none.
	Undoes string `json:"undoes,omitempty"`
	// Operator is who ran it; Tool the program and its version.
	Operator   string    `json:"operator"`
	Tool       string    `json:"tool"`
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at"`
	// TimeZone is that of the account, in which reports for people show times; empty:
	// UTC. Times in JSON and CSV are in UTC.
	TimeZone string `json:"time_zone,omitempty"`
	ExitCode int    `json:"exit_code"`
	// Converged: the account is as the roster says, proved.
	Converged bool `json:"converged"`
	// Stopped says in one sentence why the run ended before its work was
	// done; empty when it came to its end.
	Stopped string  `json:"stopped"`
	Listing Listing `json:"listing"`
	Inputs  []Input `json:"inputs"`
	// Limits are those in force, overrides included.
	Limits    reconcile.Limits `json:"limits"`
	Overrides []Override       `json:"overrides"`
	Sync      Sync             `json:"sync"`
	// Warnings concern a file or the run as a whole, not one line.
	Warnings []string          `json:"warnings"`
	Summary  reconcile.Summary `json:"summary"`
	// Holders are the ids of the people that the run was limited to (--holder);
	// none means everybody.
	Holders []string `json:"holders"`
	// Verdict is the report in one sentence, which names at most the first person
	// in no row; [WriteJSON] fills it in, and nothing reads it.
	Verdict string `json:"verdict"`
	// Lead are sentences that are more urgent than the verdict and come before it; Facts are others
	// that people must know and come after it. Neither holds a secret; Lead may name people.
	Lead  []string `json:"lead"`
	Facts []string `json:"facts"`
	// MissingHolders counts the people whom rows name and the provider does not
	// know; a run lists them in missing-holders.csv.
	MissingHolders int `json:"missing_holders,omitempty"`
	// NotListed counts the lines with that member; nil in reports of versions
	// without it: see [Report.LacksRecord].
	NotListed *int `json:"not_listed,omitempty"`
	// Unlisted are the records in no row; [Report.Tally] counts them.
	Unlisted Unlisted `json:"unlisted"`
	// KeptOut are the records that are as the roster says and whose holders are
	// kept out at the provider; [Report.Tally] counts them.
	KeptOut Crowd `json:"kept_out"`
	// NamedBefore reports whether the last good run already named someone in no
	// row, by [UnlistedKey]; nil when the caller does not ask.
	NamedBefore func(key string) bool `json:"-"`
	// Changes, Proof and Standing are counted from the lines by [Report.Tally].
	Changes  Changes      `json:"changes"`
	Proof    Proof        `json:"proof"`
	Standing EffectCounts `json:"standing"`
	// KeptSmall summarises the unchanged lines where they are left out; nil where all
	// lines are there.
	KeptSmall *KeptSmall `json:"kept_small,omitempty"`
	// KeyID names the key of the lines' fingerprints, empty when they have
	// none: those of two reports can be compared only if it is the same.
	KeyID string `json:"key_id"`
	// Types are the types of credentials that the account had; none where the run did not
	// read them.
	Types []reconcile.Type `json:"types,omitempty"`
	// Migration is null except for runs of the command migrate.
	Migration *Migration `json:"migration"`
	// Memory is what the run was compared with; null where nothing was.
	Memory *Memory `json:"memory"`
	// Sizes is what the run left, with which the next is compared; null for a run
	// that is not comparable. LimitedTo says what the run covered if not the whole
	// account and roster: holders, rows or settling.
	Sizes     *Sizes `json:"left"`
	LimitedTo string `json:"limited_to"`
	// Problems are those of the roster, errors and warnings, as check reports them;
	// they hold no secret. JSON always has the member: see [WriteJSON].
	Problems []reconcile.Problem `json:"problems,omitempty"`
	// Unread are the places of the parts of rosters that were not read.
	Unread []string `json:"unread,omitempty"`
	Lines  Lines    `json:"-"`
	// Counted, set by [Report.Show], are the lines with all that counting needs: an
	// unchanged one that no reader needs may lack its texts. Nil: Lines are counted.
	Counted Lines `json:"-"`

	settled *tally
}

// Listing is the read of the account that the plan was made from.
type Listing struct {
	Complete bool `json:"complete"`
	// Total is null when the provider declares none.
	Total    *int               `json:"total"`
	Records  int                `json:"records"`
	Pages    int                `json:"pages"`
	Strategy string             `json:"strategy"`
	Evidence reconcile.Evidence `json:"evidence"`
}

// ListingOf is what a report says about a listing; l may be nil when the
// account was not listed.
func ListingOf(l *reconcile.Listing) Listing {
	if l == nil {
		return Listing{}
	}
	out := Listing{Complete: l.Complete(), Pages: l.Pages, Strategy: l.Strategy, Evidence: l.Evidence}
	if l.Total >= 0 {
		total := l.Total
		out.Total = &total
	}
	if l.Records != nil {
		out.Records = l.Records.Len()
	}
	return out
}

// Input is one file that the run read, with the SHA-256 of its bytes in hex.
type Input struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// Override is a safety rule that a person lifted for this run, and why.
type Override struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// Sync is the sync that must follow the writes before they reach the doors.
type Sync struct {
	Needed bool `json:"needed"`
	// AnsweredAt is null when no sync was needed, or none was answered.
	AnsweredAt *time.Time `json:"answered_at"`
}

// Line is one row, or one record that no row matched. Texts are empty, and
// pointers nil (null), where there is nothing to say.
type Line struct {
	// Line is the index in the plan, from 0.
	Line int `json:"line"`
	// Source is the row's place; nil for a record without a row. Sources are
	// further places that say the same.
	Source          *reconcile.Source  `json:"source"`
	Sources         []reconcile.Source `json:"sources"`
	CredentialID    string             `json:"credential_id"`
	NewCredentialID string             `json:"new_credential_id"`
	HolderID        string             `json:"holder_id"`
	HolderName      string             `json:"holder_name"`
	HolderEmail     string             `json:"holder_email"`
	// DisplayName is what the provider calls the credential, if no other holder's
	// has that name; it is shown for a holder whose name is not known.
	DisplayName string `json:"display_name,omitempty"`
	Type        string `json:"type"`
	// TypeName is the type as a person knows it.
	TypeName  string              `json:"type_name"`
	Situation reconcile.Situation `json:"situation"`
	Action    reconcile.Action    `json:"action"`
	Outcome   reconcile.Outcome   `json:"outcome"`
	// Verified is nil when the change could not be checked, or none was made.
	Verified *bool `json:"verified"`
	// Effective is yes, pending, failed, or nil when the provider does not know:
	// for a change its result, for an unchanged line the state of its record when
	// the account was listed. Warnings has the provider's words.
	Effective *string `json:"effective"`
	// Chain is the number of the ordered changes that this one belongs to.
	Chain    *int     `json:"chain"`
	Fields   []Field  `json:"fields"`
	Warnings []string `json:"warnings"`
	Reason   string   `json:"reason"`
	// Undo is what the plan of an undo makes of this change: undoable, undoable
	// with another id, already restored, or why not. Empty in other plans.
	Undo string `json:"undo,omitempty"`
	// HTTPStatus is the last answer's, 0 when there was none; Attempts counts
	// the requests of this line's write.
	HTTPStatus int        `json:"http_status"`
	Attempts   int        `json:"attempts"`
	RequestID  string     `json:"request_id"`
	StartedAt  *time.Time `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at"`
	// KeptOut: the record is as the roster says, and something else that the
	// provider knows keeps its holder out; Warnings has the words.
	KeptOut bool `json:"kept_out,omitempty"`
	// Attend: the record is in no row, and the configuration wants a person to
	// look at it (unlisted: needs-a-person).
	Attend bool `json:"needs_person,omitempty"`
	// Ending: the record is listed but on its way out, so that no one has it any more.
	Ending bool `json:"ending,omitempty"`
	// NotListed: the row names a credential that was not in the listing, and none
	// was found in its place, so that CredentialID comes only from the roster.
	NotListed bool `json:"not_listed,omitempty"`
	// Fingerprint is that of the value which the row would write, or else of the one
	// that the record held; empty where there is none. Equal values have equal
	// ones in all reports of one KeyID.
	Fingerprint string `json:"fingerprint"`
}

// Clone is a copy that outlives the iteration it came from.
func (l *Line) Clone() Line {
	c := *l
	if l.Source != nil {
		source := *l.Source
		c.Source = &source
	}
	c.Sources = slices.Clone(l.Sources)
	c.Fields = slices.Clone(l.Fields)
	c.Warnings = slices.Clone(l.Warnings)
	return c
}

// NeedsPerson reports whether a person must look at the line: it did not end as the
// roster wants, was found different when read again, or did not reach the doors, in
// this run or, for an unchanged line, an earlier one.
func (l *Line) NeedsPerson() bool {
	switch l.Outcome {
	case reconcile.Planned:
		return false
	case reconcile.LeftUnlisted:
		return l.Attend
	case reconcile.Unchanged:
		return l.ineffective() || l.pending()
	case reconcile.Applied:
		return l.Verified != nil && !*l.Verified || l.ineffective()
	}
	return true
}

// place is where the line's row is, with its file when there are several.
func (r *Report) place(l *Line) string {
	switch {
	case l.Source == nil:
		return ""
	case l.Source.Sheet != "" && len(r.Inputs) > 1:
		return filepath.Base(l.Source.File) + " " + place(*l.Source)
	}
	return place(*l.Source)
}

// Who is the holder as a person knows them: name, else e-mail, else what the
// credential is called, else id.
func (l *Line) Who() string {
	return cmp.Or(l.HolderName, l.HolderEmail, l.DisplayName, l.HolderID)
}

// What is the credential's type, by the name that people know, with its id.
func (l *Line) What() string {
	what, id := cmp.Or(l.TypeName, l.Type), cmp.Or(l.NewCredentialID, l.CredentialID)
	switch {
	case id == "":
		return what
	case what == "":
		return id
	}
	return what + " " + id
}
