package reportio

import "keyroster/reconcile"

// ErrorSchema is the schema word of an [ErrorDocument].
const ErrorSchema = "keyroster/error/1"

// ErrorDocument is what --json prints when a command fails, whatever the command: what is wrong,
// what to do about it, and the problems of a roster at fault. Members may be added, never renamed.
type ErrorDocument struct {
	Schema   string `json:"schema"`
	ExitCode int    `json:"exit_code"`
	// Error says what is wrong, Hint what to do; Hint is empty when the program has no advice.
	Error string `json:"error"`
	Hint  string `json:"hint"`
	// Run is the folder that the run left, empty for none.
	Run string `json:"run"`
	// RunID is the run's, empty for none.
	RunID string `json:"run_id"`
	// Rows are those of the roster at fault, 0 for another cause.
	Rows int `json:"rows"`
	// Problems are those of the roster at fault, errors and warnings.
	Problems []reconcile.Problem `json:"problems"`
}
