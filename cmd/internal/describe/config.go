package describe

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
)

// ConfigSchema is the schema name of the document of [WriteConfigJSON].
const ConfigSchema = "keyroster/config-check/1"

// WriteConfig writes the problems of a configuration, each with its place and what to do, and
// then a summary of the configuration. Errors are those of w.
func WriteConfig(w io.Writer, config *configio.Config, problems []configio.Problem) error {
	var b strings.Builder
	for i := range problems {
		fmt.Fprintf(&b, "%s: %s\n", problems[i].Place(), problems[i])
	}
	for i := range config.Warnings {
		fmt.Fprintf(&b, "warning: %s: %s\n", config.Warnings[i].Place(), config.Warnings[i])
	}
	var disabled, broken []string
	for _, name := range config.Names() {
		if config.Accounts[name].Disabled {
			disabled = append(disabled, name)
		}
		if concerns(problems, name) {
			broken = append(broken, name)
		}
	}
	fmt.Fprintf(&b, "%s: %s", config.Path, failure.Plural(len(config.Names()), "account"))
	if n := len(config.Files); n > 1 {
		fmt.Fprintf(&b, " in %d files", n)
	}
	if len(disabled) > 0 {
		fmt.Fprintf(&b, ", %d of them disabled (%s)", len(disabled), strings.Join(disabled, ", "))
	}
	switch {
	case len(problems) == 0:
		b.WriteString("; no mistakes\n")
	case concerns(problems, ""):
		fmt.Fprintf(&b, "; %s, and no account can be used\n", failure.Plural(len(problems), "mistake"))
	default:
		fmt.Fprintf(&b, "; %s, and these accounts cannot be used: %s\n",
			failure.Plural(len(problems), "mistake"), strings.Join(broken, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// concerns reports whether a problem concerns an account; a problem without an account concerns all.
func concerns(problems []configio.Problem, account string) bool {
	return slices.ContainsFunc(problems, func(p configio.Problem) bool { return p.Account == account })
}

// configDocument is the output of config check --json.
type configDocument struct {
	Schema   string          `json:"schema"`
	ExitCode int             `json:"exit_code"`
	Config   string          `json:"config"`
	Files    []string        `json:"files"`
	Accounts []configAccount `json:"accounts"`
	Problems []configProblem `json:"problems"`
	Warnings []configProblem `json:"warnings"`
}

type configAccount struct {
	Account  string   `json:"account"`
	Provider string   `json:"provider"`
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Tags     []string `json:"tags"`
	Disabled bool     `json:"disabled"`
	Usable   bool     `json:"usable"`
}

type configProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Account string `json:"account"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
}

// WriteConfigJSON writes the same as JSON; exitCode is that of the command.
func WriteConfigJSON(w io.Writer, config *configio.Config, problems []configio.Problem, exitCode int) error {
	doc := configDocument{
		Schema: ConfigSchema, ExitCode: exitCode, Config: config.Path, Files: config.Files,
		Accounts: []configAccount{}, Problems: configProblems(problems), Warnings: configProblems(config.Warnings),
	}
	for _, name := range config.Names() {
		a := config.Accounts[name]
		file, line := a.Place()
		doc.Accounts = append(doc.Accounts, configAccount{
			Account: name, Provider: a.Provider, File: file, Line: line, Tags: append([]string{}, a.Tags...),
			Disabled: a.Disabled, Usable: !concerns(problems, name) && !concerns(problems, ""),
		})
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(doc)
}

func configProblems(problems []configio.Problem) []configProblem {
	out := make([]configProblem, len(problems))
	for i, p := range problems {
		out[i] = configProblem{
			File: p.File, Line: p.Line, Column: p.Column, Account: p.Account, Message: p.Message, Remedy: p.Remedy,
		}
	}
	return out
}
