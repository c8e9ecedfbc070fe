package seam

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// text is a code or a number of a card.
type text = httpapi.Text

// flag is an optional truth value in which null differs from a missing member: null will
// still be known, and a missing one never is.
type flag uint8

const (
	flagUnsaid flag = iota
	flagNull
	flagNo
	flagYes
)

// UnmarshalJSON implements [json.Unmarshaler].
func (f *flag) UnmarshalJSON(raw []byte) error {
	switch string(raw) {
	case "null":
		*f = flagNull
	case "true":
		*f = flagYes
	case "false":
		*f = flagNo
	default:
		return errors.New("neither true nor false")
	}
	return nil
}

// known reports whether it is true or false.
func (f flag) known() bool { return f >= flagNo }

// credential is Seam's acs_credential. Members that are not listed here, and unknown words,
// are not errors: Seam's lists of words grow.
type credential struct {
	ID      string  `json:"acs_credential_id"`
	System  string  `json:"acs_system_id"`
	User    string  `json:"acs_user_id"`
	Parent  string  `json:"parent_acs_credential_id"`
	Method  string  `json:"access_method"`
	Code    text    `json:"code"`
	Card    text    `json:"card_number"`
	Starts  string  `json:"starts_at"`
	Ends    string  `json:"ends_at"`
	Display string  `json:"display_name"`
	Label   string  `json:"external_type_display_name"`
	Managed *bool   `json:"is_managed"`
	Synced  flag    `json:"is_latest_desired_state_synced_with_provider"`
	Errors  []issue `json:"errors"`
	Warns   []issue `json:"warnings"`
}

// issue is one of a credential's errors or warnings, or of a system's errors.
type issue struct {
	ErrorCode   string `json:"error_code"`
	WarningCode string `json:"warning_code"`
	Message     string `json:"message"`
	Original    text   `json:"original_code"`
	New         text   `json:"new_code"`
}

// Format implements [fmt.Formatter]: a credential prints its id, never its code.
func (c credential) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "credential %s", c.ID) }

// Format implements [fmt.Formatter]: an issue prints its code word.
func (i issue) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(i.ErrorCode + i.WarningCode)) }

// The warnings that matter here (Seam API reference, credential warnings).
const (
	warnUnissued    = "waiting_to_be_issued"
	warnReissue     = "needs_to_be_reissued"
	warnSchedule    = "schedule_modified"
	warnDeleting    = "being_deleted"
	warnUnknown     = "unknown_issue_with_acs_credential"
	warnUnavailable = "requested_code_unavailable"
	statusPending   = "pending"
	statusUnmanaged = "unmanaged"
	statusError     = "error"
)

// valid reports what the object lacks to be a credential.
func (c *credential) valid() error {
	switch {
	case c.ID == "":
		return errors.New("a credential has no acs_credential_id")
	case c.System == "":
		return fmt.Errorf("credential %s has no acs_system_id", c.ID)
	case c.Method == "":
		return fmt.Errorf("credential %s has no access_method", c.ID)
	}
	return nil
}

func (c *credential) managed() bool { return c.Managed == nil || *c.Managed }

// warns finds a warning by its code.
func (c *credential) warns(code string) (issue, bool) {
	i := slices.IndexFunc(c.Warns, func(w issue) bool { return w.WarningCode == code })
	if i < 0 {
		return issue{}, false
	}
	return c.Warns[i], true
}

// isDeleting reports whether the credential is being deleted: it counts as gone.
func (c *credential) isDeleting() bool {
	_, leaving := c.warns(warnDeleting)
	return leaving
}

// value returns what the roster's column of that name compares: the card number of a card, else
// the code.
func (c *credential) value() string {
	if c.Method == methodCard {
		return string(c.Card)
	}
	return string(c.Code)
}

// status returns the state of the credential in one or more words, for exports.
func (c *credential) status() string {
	var words []string
	if !c.managed() {
		words = append(words, statusUnmanaged)
	}
	for i := range c.Errors {
		words = append(words, statusError+":"+c.Errors[i].ErrorCode)
	}
	for i := range c.Warns {
		words = append(words, c.Warns[i].WarningCode)
	}
	if c.Synced == flagNo {
		words = append(words, statusPending)
	}
	return strings.Join(words, " ")
}

// cells returns the cells of the record, reusing dst. What a listing does not say about the
// user is unset, not empty.
func (c *credential) cells(dst []reconcile.Cell) []reconcile.Cell {
	r := Schema.Blank(dst)
	r[col.id] = reconcile.TextCell(c.ID)
	r[col.system] = reconcile.TextCell(c.System)
	r[col.user] = reconcile.TextCell(c.User)
	r[col.kind] = reconcile.TextCell(c.Method)
	r[col.value] = reconcile.RecordCell(c.value(), true)
	r[col.starts], r[col.ends] = timeCell(c.Starts), timeCell(c.Ends)
	r[col.status] = reconcile.TextCell(c.status())
	r[col.label] = reconcile.TextCell(c.Label)
	r[col.display] = reconcile.TextCell(c.Display)
	return r
}

// timeCell returns a time of Seam's. One that cannot be read counts as masked: it exists, but
// cannot be compared.
func timeCell(said string) reconcile.Cell {
	if said == "" {
		return reconcile.EmptyCell()
	}
	if at, ok := reconcile.ReadInstant(said); ok {
		return reconcile.TextCell(reconcile.CanonicalTime(at))
	}
	return reconcile.MaskedCell()
}

// record packs one credential into a set of its own.
func (c *credential) record() reconcile.Record {
	return Schema.Record(c.cells(nil))
}
