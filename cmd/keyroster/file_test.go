package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"keyroster/io/odsio/odstest"
	"keyroster/io/xlsxio/xlsxtest"
)

// cmdWorkbook makes a workbook with one sheet for each file: the cells of a CSV file as texts, or a
// part as it is if the file begins with "<". The sheet is named after its file. A file styles.xml
// is the styles part. A workbook whose name ends in .ods is one of OpenDocument.
func cmdWorkbook(ts *testscript.TestScript, args []string) {
	if strings.HasSuffix(args[0], ".ods") {
		openDocument(ts, args)
		return
	}
	var book xlsxtest.Book
	for _, name := range args[1:] {
		text := ts.ReadFile(name)
		switch {
		case filepath.Base(name) == "styles.xml":
			book.Styles = text
		case strings.HasPrefix(text, "<"):
			book.Sheets = append(book.Sheets, xlsxtest.Sheet{Name: bare(name), XML: text})
		default:
			cells, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			ts.Check(err)
			book.Sheets = append(book.Sheets, xlsxtest.Sheet{Name: bare(name), XML: xlsxtest.Grid(cells...)})
		}
	}
	book.Write(worldOf(ts).tb, ts.MkAbs(args[0]))
}

// openDocument is cmdWorkbook for OpenDocument, where a file with parts is the content of the
// sheet's element, and styles.xml that of the automatic styles.
func openDocument(ts *testscript.TestScript, args []string) {
	var book odstest.Book
	for _, name := range args[1:] {
		text := ts.ReadFile(name)
		switch {
		case filepath.Base(name) == "styles.xml":
			book.Styles = text
		case strings.HasPrefix(text, "<"):
			book.Sheets = append(book.Sheets, odstest.Sheet{Name: bare(name), XML: text})
		default:
			cells, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			ts.Check(err)
			book.Sheets = append(book.Sheets, odstest.Sheet{Name: bare(name), XML: odstest.Grid(cells...)})
		}
	}
	book.Write(worldOf(ts).tb, ts.MkAbs(args[0]))
}

func bare(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// cmdDamage cuts a file to a number of bytes (from the end if negative), or replaces a text, which
// must be there, with another; both are quoted as in Go.
func cmdDamage(ts *testscript.TestScript, args []string) {
	data := []byte(ts.ReadFile(args[0]))
	switch {
	case args[1] == "cut" && len(args) == 3:
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		if n < 0 {
			n += len(data)
		}
		data = data[:n]
	case args[1] == "replace" && len(args) == 4:
		old, text := unquote(ts, args[2]), unquote(ts, args[3])
		if !bytes.Contains(data, old) {
			ts.Fatalf("%s does not hold %q", args[0], old)
		}
		data = bytes.ReplaceAll(data, old, text)
	default:
		ts.Fatalf("damage FILE cut N, or damage FILE replace OLD NEW")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

func cmdBytes(ts *testscript.TestScript, args []string) {
	times := 1
	if len(args) > 2 {
		var err error
		times, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat(unquote(ts, args[1]), times), 0o600))
}

func unquote(ts *testscript.TestScript, text string) []byte {
	plain, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	ts.Check(err)
	return []byte(plain)
}

// cmdPack zips files; an entry is NAME or NAME=FILE.
func cmdPack(ts *testscript.TestScript, args []string) {
	var entries []xlsxtest.Entry
	for _, arg := range args[1:] {
		name, file, given := strings.Cut(arg, "=")
		if !given {
			file = name
		}
		entries = append(entries, xlsxtest.Entry{Name: name, Data: ts.ReadFile(file)})
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), xlsxtest.Zip(worldOf(ts).tb, true, entries...), 0o600))
}

// byChance matches hexadecimal numbers (digests, fingerprints, keys) and fractions of seconds,
// which are so long that any few digits occur in them by chance.
var byChance = regexp.MustCompile(`[0-9a-f]{24,}|\.[0-9]{6,9}Z`)

// cmdNowhere checks that a text is in none of the places: stdout, stderr, a file, or a folder with
// all below it; it looks into files that are zips. It skips failed.csv, the roster to mend and feed
// back, which holds its values.
func cmdNowhere(ts *testscript.TestScript, args []string) {
	secret, files := []byte(args[0]), 0
	holds := func(data []byte) bool {
		if len(secret) < 12 {
			data = byChance.ReplaceAll(data, []byte("#"))
		}
		return bytes.Contains(data, secret)
	}
	look := func(place string, data []byte) {
		files++
		if holds(data) {
			ts.Fatalf("%s holds %q", place, secret)
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, f := range z.File {
			part, err := f.Open()
			ts.Check(err)
			inside, err := io.ReadAll(part)
			ts.Check(errors.Join(err, part.Close()))
			if holds(inside) {
				ts.Fatalf("%s: %s holds %q", place, f.Name, secret)
			}
		}
	}
	for _, place := range args[1:] {
		if place == "stdout" || place == "stderr" {
			look(place, []byte(ts.ReadFile(place)))
			continue
		}
		ts.Check(filepath.WalkDir(ts.MkAbs(place), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Name() == "failed.csv" {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil {
				look(path, data)
			}
			return err
		}))
	}
	if files == 0 {
		ts.Fatalf("there is nothing to look into")
	}
}
