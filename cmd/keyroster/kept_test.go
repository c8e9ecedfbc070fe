package main

import (
	"go/ast"
	"go/parser"
	"strings"
	"testing"
)

// storeFolder has the packages that keep what is remembered of tenants and what runs leave
// behind.
const storeFolder = "io/store"

// keptNames are the file names that only a store may spell out.
var keptNames = []string{
	"state.json", "values.json", "unlisted.json", "lock.json", "seal.key", "fingerprint.key", "open_run.path",
	"plan.json", "journal.ndjson", "journal.ndjson.mark", "report.json", "report.csv", "report.xlsx", "report.html",
	"failed.csv", "sealed.age", "undo.age", "manifest.json", "abandoned.json",
}

// keptElsewhere has the places that may deal with such a name or path, as package and expression,
// each with the reason.
var keptElsewhere = map[string]string{
	"io/migrationio plan.json":                "the plan of a migration lies in the migration's own folder",
	"io/notifyio report.html":                 "a mail calls the page so that it carries",
	"cmd/internal/audit store.ReportJSONFile": "a person may name a folder that is no run",
	"cmd/internal/audit path":                 "it may be that of such a report",
	"io/bookio folder": "a store may have a folder for the temporary files " +
		"of those who write a run's",
	"io/reportio o.Folder":           "a summary says where the files are that it names",
	"cmd/internal/doctor text":       "a check says where a run is that it tells of",
	"cmd/internal/nights s.Place":    "a run that is shown says where it is",
	"cmd/internal/fleet/move t.Hint": "a move says what to do about a tenant that stays where it is",
	"io/exportio f.Hint":             "an export says what to do about an account that it lacks",
}

// filing are the packages whose functions open, list, rename and remove files, or build their
// paths.
var filing = []string{
	"os", "io/ioutil", "path/filepath", "syscall", "golang.org/x/sys/unix", "golang.org/x/sys/windows",
	module + "/io/plainfile", module + "/io/atomicio", module + "/io/rights", "github.com/gofrs/flock",
}

// telling are the packages whose functions make texts for people out of their arguments.
var telling = []string{
	"fmt", "errors", "strings", "cmp", "github.com/rs/zerolog", "github.com/rivo/uniseg", module + "/io/termio",
	module + "/" + roomsFolder + "/failure", module + "/" + roomsFolder + "/history",
}

// TestOnlyTheStoreKeepsRuns: only the store's packages open, list, rename or remove a file of a
// run or of what is remembered, since another store keeps them in a database.
func TestOnlyTheStoreKeepsRuns(t *testing.T) {
	set, check := checker(t)
	used := map[string]bool{}
	var all []*keeper
	members := map[string]bool{}
	for _, p := range modulePackages(t) {
		if below(p.path(), storeFolder) || len(p.GoFiles) == 0 {
			continue
		}
		files := p.parse(t, set)
		all = append(all, newKeeper(p.path(), files, check(p.ImportPath, files), members))
	}
	for range 3 { // a value may be passed on several times
		for _, k := range all {
			k.follow()
		}
	}
	for _, keeper := range all {
		for _, k := range keeper.keepings() {
			if why := keeper.path + " " + k.name; keptElsewhere[why] != "" {
				used[why] = true
				continue
			}
			t.Errorf("%s: %s", set.Position(k.at), k.how)
		}
	}
	for why := range keptElsewhere {
		if !used[why] {
			t.Errorf("%s has no place among the exceptions any more", why)
		}
	}
}

func TestKeepingIsSeen(t *testing.T) {
	const source = `package p
import ("os"; "path/filepath"; "keyroster/io/store"; "keyroster/io/plainfile"; "keyroster/io/migrationio"; "fmt"; . "os"; other "os")
type kept struct { place, said string }
var remove = os.Remove
func f(r *store.Run, t store.Tenant) {
	_, _ = os.Stat(r.Path(store.PlanFile)) // found
	_ = os.Remove(r.Place()) // found
	_ = filepath.Join("runs", store.ManifestFile) // found
	_, _ = plainfile.Read(t.Place(), 1) // found
	_ = "state.json" // found
	_ = "state" + ".json" // found
	path := r.Path("x")
	_ = os.Remove(path) // found
	var again = path + "/y"
	_ = other.Remove(again) // found
	name := store.SealedFile
	_ = os.Remove("runs/" + name) // found
	_, _ = ReadDir(r.Place()) // found
	_, _ = migrationio.Open(r.Place(), migrationio.Identity{}) // found
	_ = remove(r.Place()) // found
	k := kept{place: r.Place()}
	_, _ = os.Open(k.place) // found
	k.said = t.Place()
	_, _ = os.Open(k.said) // found
	drop(t.Place())
	defer func() { _ = os.Remove(r.Scratch()) }() // found
	fmt.Println(r.Place(), store.PlanFile)
	_ = fmt.Errorf("resume %s: %s", path, k.place)
	_ = os.TempDir()
	_, _ = r.Open(store.PlanFile)
	_ = r.Write(store.PlanFile, nil)
	say("resume " + r.Place())
}
func say(string) {}
func drop(which string) {
	_ = os.Remove(which) // found
}`
	set, check := checker(t)
	file, err := parser.ParseFile(set, "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	files := []*ast.File{file}
	k := newKeeper("p", files, check("keyroster/p", files), map[string]bool{})
	for range 3 {
		k.follow()
	}
	found := map[int]bool{}
	for _, one := range k.keepings() {
		found[set.Position(one.at).Line] = true
	}
	for n, line := range strings.Split(source, "\n") {
		if want := strings.Contains(line, "// found"); want != found[n+1] {
			t.Errorf("found %v: %s", found[n+1], line)
		}
	}
}
