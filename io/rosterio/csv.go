package rosterio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"keyroster/io/cellio"
	"keyroster/io/csvio"
	"keyroster/reconcile"
)

// readCSV reads a CSV file from a stream.
func (in input) readCSV(ctx context.Context, r io.Reader, part *reconcile.Roster, options Options) error {
	if in.sheet != "" || options.Sheet != "" {
		return in.fault(
			cellio.KindSheet, "is a CSV file, which has no sheets",
			"name a sheet only for a workbook, as in badges.xlsx#Doors",
		)
	}
	name := in.path
	if name == Stdin {
		name = stdinName
	}
	sum := sha256.New()
	r = options.budget.reader(io.TeeReader(r, sum))
	table, err := csvio.OpenIn(r, name, options.Encoding)
	if err != nil {
		return err
	}
	part.Files = append(part.Files, reconcile.File{Name: name, Sheets: []string{""}})
	header, err := Bind(table, options.Schema, BindOptions{
		File: name, Columns: options.Columns, FillDown: options.FillDown, Types: options.Types,
	})
	if err != nil {
		return err
	}
	if table.Guessed() {
		options.doubt = encodingDoubt(table)
	}
	if err := Decode(ctx, header, part, options); err != nil {
		return err
	}
	// Below an unknown header nothing was read, but the digest covers the whole file.
	if _, err := io.Copy(io.Discard, r); err != nil {
		return in.fault(cellio.KindDamaged, "the file cannot be read to its end", "check the disk or the network share")
	}
	part.Files[0].SHA256 = hex.EncodeToString(sum.Sum(nil))
	if table.Guessed() {
		part.Report(-1, reconcile.Problem{
			Source: reconcile.Source{File: name}, Kind: cellio.KindEncoding, Severity: reconcile.SeverityWarning,
			Message: "the file is not UTF-8 and was read as Windows-1252",
			Remedy: "save it as CSV UTF-8, or name its encoding (--encoding, or encoding: in the configuration), so " +
				"that no character is guessed",
		})
	}
	return nil
}

// encodingDoubt returns a function that reports texts of a table whose letters are a guess.
func encodingDoubt(table *csvio.Reader) func(string) *reconcile.Finding {
	return func(text string) *reconcile.Finding {
		doubt := table.Doubt(text)
		if doubt == nil {
			return nil
		}
		f := &reconcile.Finding{Kind: cellio.KindEncoding, Message: doubt.String(), Remedy: doubt.Remedy()}
		if len(doubt.Readings) > 0 && doubt.Readings[0].Text != text {
			f.Likely = doubt.Readings[0].Text
		}
		return f
	}
}
