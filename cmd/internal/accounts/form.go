package accounts

import (
	"errors"
	"strconv"
)

// Form is how the results of several accounts are told.
type Form int

const (
	// Text is a block for each account as it ends, and a closing line.
	Text Form = iota
	// Document is one JSON document about all, when all have ended.
	Document
	// Lines is a JSON document for each account, as it ends, on a line of its own.
	Lines
)

// FormFlag is the flag --json as [pflag.Value]: without a value it asks for [Document].
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
