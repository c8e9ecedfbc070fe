package transfer_test

import (
	"os"
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/transfer"
	"keyroster/io/migrationio"
)

func TestPrepareRefuses(t *testing.T) {
	w := newWorld(t, rules)
	empty := w.file("empty.csv", "from_holder_id,to_holder_id\n501\n")
	foreign := filepath.Join(w.dir, "foreign")
	w.must(os.Mkdir(foreign, 0o700))
	w.file(filepath.Join("foreign", migrationio.RosterFile), "a roster of another's own\n")
	for name, test := range map[string]struct {
		change     func(*transfer.Options)
		kind       failure.Kind
		text, hint string
	}{
		"one account": {
			func(o *transfer.Options) { o.To = o.From }, failure.Usage, "--from and --to name the same account", "",
		},
		"no such key": {
			func(o *transfer.Options) { o.EncryptTo = []string{"age1x"} }, failure.Usage, "age1x", "",
		},
		"no such limit": {
			func(o *transfer.Options) { o.Draft.Limits = []string{"creat=5"} }, failure.Usage, "creat", "",
		},
		"nothing in common": {
			func(o *transfer.Options) { o.To = "badges" }, failure.Usage, "nothing of one could be kept by the other", "",
		},
		"no crosswalk": {
			func(o *transfer.Options) { o.Crosswalk = filepath.Join(w.dir, "none.csv") }, failure.Roster, "none.csv", "",
		},
		"half a crosswalk": {func(o *transfer.Options) { o.Crosswalk = empty }, failure.Roster, "line 2", ""},
		"no people": {
			func(o *transfer.Options) { o.Only = filepath.Join(w.dir, "none.csv") }, failure.Roster, "none.csv", "",
		},
		"a folder of another's": {
			func(o *transfer.Options) { o.Out = foreign }, failure.Usage, migrationio.RosterFile, "name another folder with --out",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := w.options()
			test.change(&o)
			_, err := w.prepare(o)
			wants(t, err, test.kind, test.text, test.hint)
		})
	}
	_, err := (&transfer.Options{From: "old"}).Check()
	wants(t, err, failure.Usage, "migrate needs --from and --to", "--from old --to new")
}

// TestPrepareWritesNothing: preparing a move leaves no file.
func TestPrepareWritesNothing(t *testing.T) {
	w := newWorld(t, rules)
	o := w.options()
	if _, err := w.prepare(o); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(o.Out); !os.IsNotExist(err) {
		t.Errorf("the folder of the move is there: %v", err)
	}
}

func TestBetweenRefusesOneTenant(t *testing.T) {
	w := newWorld(t, rules)
	prepared, err := w.prepare(w.options())
	w.must(err)
	source, fromCalls := w.open("old", true)
	target, toCalls := w.open("old", false)
	move, err := prepared.Between(source, target, fromCalls, toCalls, w.sinks)
	wants(t, err, failure.Unsafe, "there is nothing to move", "")
	if move != nil {
		t.Error("there is a move between an account and itself")
	}
}
