package console

import (
	"encoding/json"
	"fmt"
	"io"

	"keyroster/cmd/internal/exit"
)

// Document prints the document of a command whose result is its files; without --json it prints
// nothing.
func (c *Console) Document(doc any) error {
	if !c.JSON {
		return nil
	}
	out := json.NewEncoder(c.Stdout)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return exit.OutputFailure(out.Encode(doc))
}

// Print prints a result: document as JSON, or the text that write produces. If well, Quiet
// suppresses the text.
func (c *Console) Print(document any, write func(io.Writer) error, well bool) error {
	switch {
	case c.JSON:
		return c.Document(document)
	case c.Quiet && well:
		return nil
	}
	return exit.OutputFailure(write(c.Stdout))
}

// Note prints a remark beside the result, on standard error or in the log.
func (c *Console) Note(text string) {
	if c.LogFormat == "json" {
		c.Log.Info().Msg(text)
		return
	}
	fmt.Fprintln(c.Stderr, text)
}

// Finish reports an error to the user and returns the exit code.
func (c *Console) Finish(err error) int {
	told := exit.Reporter{
		Stdout: c.Stdout, Stderr: c.Stderr, Log: c.Log, JSON: c.JSON, LogJSON: c.LogFormat == "json", Mark: c.Mark,
	}
	return told.Report(err)
}
