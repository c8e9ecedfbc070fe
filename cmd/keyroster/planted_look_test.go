package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// byDesign returns the files that hold values by design: those that the manifests of runs name,
// and those that the test knows of.
func (w *plantedWorld) byDesign() map[string]bool {
	out := maps.Clone(w.shown)
	for _, dir := range w.runs() {
		var manifest struct {
			Files []struct {
				Name        string
				HoldsValues bool `json:"holds_values"`
			}
		}
		text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
		if err == nil {
			err = json.Unmarshal(text, &manifest)
		}
		if err != nil {
			w.Error(err)
		}
		for _, f := range manifest.Files {
			if !f.HoldsValues {
				continue
			}
			encrypted := slices.Contains([]string{"backup.csv.age", "undo.age"}, f.Name)
			if !encrypted && !slices.Contains([]string{"failed.csv", "annotated.xlsx"}, f.Name) {
				w.Errorf("a manifest says that %s holds values", f.Name)
			}
			if !encrypted {
				out["runs/"+filepath.Base(dir)+"/"+f.Name] = true
			}
		}
	}
	return out
}

// look scans everything that was written.
func (w *plantedWorld) look() {
	secrets := slices.Concat(w.kind.cards, w.kind.pins, w.logins, slices.Collect(maps.Keys(w.parrot.logins)))
	s := newScanner(secrets, w.kind.pins)
	report := func(found []string) {
		for _, what := range found {
			w.Error(what)
		}
	}
	for command, out := range w.said {
		report(s.find(command, out))
	}
	for _, call := range w.bell.Calls() {
		report(s.find("call.json", []byte(call.Type+"\n"+call.Body)))
	}
	for _, mail := range w.box.Mails() {
		report(s.find("mail.eml", []byte(mail)))
	}
	values := w.byDesign()
	for _, folder := range []string{"out", "runs", "state"} {
		err := filepath.WalkDir(w.path(folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(w.dir, path)
			if err != nil || values[filepath.ToSlash(name)] {
				return err
			}
			data, err := os.ReadFile(path)
			report(s.find(name, data))
			return err
		})
		if err != nil {
			w.Error(err)
		}
	}
	w.sane(s)
}

// sane checks that there was something to find: the values went all the way, the host repeated
// them, and everything was looked into.
func (w *plantedWorld) sane(s *scanner) {
	for _, ext := range []string{".csv", ".xlsx", ".json", ".ndjson", ".html", ".prom", ".age", ".eml"} {
		if s.looked[ext] == 0 {
			w.Errorf("no file %s was looked into", ext)
		}
	}
	if w.parrot.repeats < 4 {
		w.Errorf("the host repeated secrets %d times", w.parrot.repeats)
	}
	if len(w.kind.cards) == 0 {
		return
	}
	for name := range w.shown {
		data, err := os.ReadFile(w.path(name))
		if err != nil {
			w.Error(err)
			continue
		}
		found := newScanner(append(w.kind.cards, w.kind.pins...), nil).find(name, data)
		if len(found) == 0 {
			w.Errorf("%s holds no value", name)
		}
	}
	card := w.kind.cards[0]
	if end := "••••" + card[len(card)-4:]; !bytes.Contains(w.said["export --account a --format json --out -"], []byte(end)) {
		w.Errorf("no end of a card number is shown, though the configuration asks for four characters")
	}
}
