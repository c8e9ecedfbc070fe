package accounts

import (
	"errors"
	"strconv"
)

// Form is the output format for the results of several accounts.
type Form int

const (
	// Text prints a block for each account as it ends, and a closing line.
	Text Form = iota
	// Document prints one JSON document about all accounts at the end.
	Document
	// Lines prints a JSON document for each account as it ends, on one line.
	Lines
)

// FormFlag is the flag --json as a [pflag.Value]: without a value it selects [Document].
type FormFlag struct{ *Form }

// String implements [pflag.Value].
func (f FormFlag) String() string { return "false" }

// Type implements [pflag.Value].
func (f FormFlag) Type() string { return "bool" }

// Set implements [pflag.Value].
func (f FormFlag) Set(text string) error {
	if text == "lines" {
		*f.Form = Lines
		return nil
	}
	json, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("use --json or --json=lines")
	}
	*f.Form = Text
	if json {
		*f.Form = Document
	}
	return nil
}
