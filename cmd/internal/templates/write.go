package templates

import (
	"context"
	"fmt"
	"io"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/export"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/sink"
	"keyroster/io/atomicio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/templateio"
	"keyroster/io/termio"
	"keyroster/reconcile"
)

// World is what a template is made from. Of is the account, the zero value for none; Store has
// its fingerprint key.
type World struct {
	Of     accounts.Target
	Store  store.Store
	Opener *account.Opener
	// Named are the flags of the configuration, to repeat in the next command.
	Named string
	Sinks sink.Sinks
}

// Document is the result as JSON; Account is empty if none was read.
type Document struct {
	Schema   string   `json:"schema"`
	Provider string   `json:"provider"`
	Account  string   `json:"account"`
	Files    []string `json:"files"`
	// Credentials is the number of the account's credentials in the template.
	Credentials int `json:"credentials"`
	filled      bool
	named       string
}

// Write writes a template; the options must have passed Check. stdout is used for [Stdout].
func (o *Options) Write(ctx context.Context, w *World, stdout io.Writer) (*Document, error) {
	format, err := o.format()
	if err != nil {
		return nil, err
	}
	doc := &Document{Schema: "keyroster/template/1", Files: []string{o.Out}, filled: o.Filled, named: w.Named}
	if o.OfAccount() {
		doc.Account = w.Of.Config.Name
	}
	spec, err := o.provider(w.Of.Spec, doc.Account)
	if err != nil {
		return nil, err
	}
	doc.Provider = spec.Name
	options := templateio.Options{Title: spec.Title}
	forget := func() {}
	switch {
	case o.Filled:
		doc.Credentials, forget, err = o.fill(ctx, w, &options)
	case o.OfAccount():
		options.Choices, err = w.choices(ctx)
	}
	if err != nil {
		return nil, err
	}
	render := func(w io.Writer) error { return format(w, spec.Schema, options) }
	if o.Out == Stdout {
		err = render(stdout)
	} else {
		err = atomicio.WriteFile(o.Out, 0o600, render)
	}
	if err != nil {
		forget()
		return nil, failure.Wrap(failure.Stopped, err)
	}
	return doc, nil
}

// choices reads the account's values for drop-down lists; nil if its provider has none.
func (w *World) choices(ctx context.Context) (map[string][]reconcile.Choice, error) {
	acc, err := w.Opener.Open(ctx, w.Of.Config, w.Of.Spec, account.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer acc.Close()
	return choicesOf(ctx, acc)
}

func choicesOf(ctx context.Context, acc *account.Account) (map[string][]reconcile.Choice, error) {
	if acc.Choices == nil {
		return nil, nil
	}
	found, err := acc.Choices(ctx)
	if err != nil {
		return nil, failure.Of(err)
	}
	return found, nil
}

// fill reads the account's credentials and choices, and returns the number of credentials; an
// account without any has no rows. forget removes the files beside the template.
func (o *Options) fill(ctx context.Context, w *World, to *templateio.Options) (n int, forget func(), err error) {
	job := &export.Job{
		Checked: export.Checked{Options: export.Options{Reveal: o.Reveal, Out: o.Out}},
		Store:   w.Store, Chosen: &accounts.Chosen{},
		Look: func(acc *account.Account) (err error) {
			to.Choices, err = choicesOf(ctx, acc)
			return err
		},
	}
	one, err := job.Read(ctx, w.Of, w.Opener, w.Sinks)
	if err != nil {
		return 0, nil, err
	}
	job.Warn(w.Sinks.Log)
	listed, forget := one.Rows(o.Out)
	if n = one.Records.Len(); n > 0 {
		to.Rows = templateio.Rows(listed)
	}
	return n, forget, nil
}

// WriteText says what was written and which command comes next; nothing for a template on
// standard output.
func (d *Document) WriteText(w io.Writer) error {
	file := d.Files[0]
	if file == Stdout {
		return nil
	}
	done, do, command, whose := "written to "+file, "fill it in", "check", "--account "+termio.Quote(d.Account)
	if d.filled {
		done, do, command = failure.Plural(d.Credentials, "credential")+" "+done, "edit it", "plan"
	}
	if d.Account == "" {
		whose = "--provider " + d.Provider
	}
	_, err := fmt.Fprintf(w, "%s\nnext    %s, then %s %s %s\n",
		done, do, reportio.JoinFilled(" ", "keyroster", d.named, command), whose, termio.Quote(file))
	return err
}
