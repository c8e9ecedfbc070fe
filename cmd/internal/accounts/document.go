package accounts

import (
	"bytes"
	"cmp"
	"encoding/json"

	"keyroster/io/configio"
)

// Schema is the schema name of the document about several accounts.
const Schema = "keyroster/accounts/1"

// accountResult is the result of one account in that document. Members may be added, never renamed.
type accountResult struct {
	Account  string `json:"account"`
	Provider string `json:"provider"`
	// Disabled accounts were left out, and have no exit code.
	Disabled bool `json:"disabled"`
	ExitCode *int `json:"exit_code"`
	// RunID is the run of the account, empty for none.
	RunID string `json:"run_id"`
	// Summary is copied from the account's own document (for an export, its totals); null if
	// there is none.
	Summary json.RawMessage `json:"summary"`
	// Error is what stopped the account and Hint what to do; empty if nothing did.
	Error string `json:"error"`
	Hint  string `json:"hint"`
}

func resultOf(config *configio.Account, code int) accountResult {
	return accountResult{Account: config.Name, Provider: config.Provider, ExitCode: &code}
}

// readDocument takes the result from the document that an account printed.
func (e *accountResult) readDocument(printed []byte) {
	var own struct {
		RunID    string `json:"run_id"`
		Summary  json.RawMessage
		Stopped  string
		Error    string
		Hint     string
		Accounts []struct{ Totals json.RawMessage }
	}
	if err := json.Unmarshal(printed, &own); err != nil {
		return // the exit code is all there is
	}
	e.RunID, e.Summary = own.RunID, own.Summary
	if len(own.Accounts) == 1 {
		e.Summary = own.Accounts[0].Totals
	}
	e.Error, e.Hint = cmp.Or(own.Error, own.Stopped), own.Hint
}

// document makes the document about all accounts.
func document(code int, endings []accountResult, disabled []*configio.Account) []byte {
	all := endings
	for _, config := range disabled {
		all = append(all, accountResult{Account: config.Name, Provider: config.Provider, Disabled: true})
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	_ = enc.Encode(struct { // its parts were decoded from JSON, so they encode
		Schema   string          `json:"schema"`
		ExitCode int             `json:"exit_code"`
		Accounts []accountResult `json:"accounts"`
	}{Schema, code, append([]accountResult{}, all...)})
	return out.Bytes()
}

// line puts the document that an account printed on one line and adds the account's name.
func line(name string, printed []byte) []byte {
	var own struct{ Account *string }
	var out bytes.Buffer
	if json.Unmarshal(printed, &own) != nil || json.Compact(&out, printed) != nil {
		return nil
	}
	if own.Account != nil {
		return append(out.Bytes(), '\n')
	}
	quoted, _ := json.Marshal(name) // a string always encodes
	head := append(append([]byte(`{"account":`), quoted...), ',')
	return append(append(head, out.Bytes()[1:]...), '\n')
}
