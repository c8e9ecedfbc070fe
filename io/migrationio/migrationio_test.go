package migrationio

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"keyroster/io/rights/rightstest"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

var (
	badges = reconcile.NewSchema("badges", struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Email  string           `csv:"holder_email" roster:"match,email,holder-email"`
		Ref    string           `csv:"holder_ref" roster:"match,holder-ref"`
		Type   string           `csv:"type" roster:"match,pairs,type" words:"code"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
		Note   string           `csv:"note" roster:"managed,document,create,update"`
		Name   string           `csv:"holder_name" roster:"info,holder-name"`
	}{})
	long = strings.Repeat("x", 40_000)
)

// moved returns three records: one that is known, one of a person whom the target does not know,
// and one that is lost.
func moved() *Files {
	set := reconcile.NewSet(badges, 3)
	for _, r := range [][]string{{"A", "1", "", "", "code", "=48210577", long, ""}, {"B", "2", "", "", "code", "4711", "", ""}, {"C", "1", "", "", "code", "", "", ""}} {
		cells := make([]reconcile.Cell, len(r))
		for i, text := range r {
			cells[i] = reconcile.TextCell(text)
		}
		set.Add(cells)
	}
	from := migration.Side{Account: "old", Title: "Badges", Schema: badges, Holders: reconcile.NewHolders(
		reconcile.Holder{ID: "1", Name: "Avery Q. Sample", Ref: "E-1"},
		reconcile.Holder{ID: "2", Name: "Blake", Email: "two@example.com"},
	)}
	to := migration.Side{
		Account: "new", Title: "Badges", Schema: badges,
		Holders: reconcile.NewHolders(reconcile.Holder{ID: "9", Ref: "E-1"}),
	}
	m := migration.Build(migration.Input{From: from, To: to, Listing: &reconcile.Listing{Records: set, Evidence: reconcile.EvidenceTerminated}, Now: time.Unix(0, 0)})
	return &Files{Move: m, Source: set, Holders: from.Holders, Refused: map[int]string{1: "nobody"}, People: []string{"first_name", "last_name", "email", "system_id"}}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

var ours = Identity{From: "old", To: "new"}

// write opens a folder and writes the files.
func write(folder string, files *Files, options Options) ([]string, error) {
	f, err := Open(folder, ours)
	if err != nil {
		return nil, err
	}
	return f.Write(files, options)
}

func TestFilesOfAMigration(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	if _, err := write(folder, moved(), Options{Mask: reconcile.NewMasker(reconcile.ShowLast2, []string{"code"})}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		RosterFile: "\ufeffholder_id,holder_email,type,value,note,holder_name,source_credential_id,source_holder_id\n" +
			"9,,code,••••77,'@roster.csv.files/2.note.txt,Avery Q. Sample,A,1\n,two@example.com,code,••••,,Blake,B,2\n",
		CrosswalkFile: strings.Join(crosswalkHeader, ",") + "\nA,1,9,,2\nB,2,,,3\nC,1,9,,\n",
		MissingFile:   "first_name,last_name,email,system_id,names,source_holder_id\nBlake,,two@example.com,,one word,2\n",
		LossFile: "\ufeff" + strings.Join(lossHeader, ",") + "\n" +
			"C,1,Avery Q. Sample,,code,all,,listing,\"it has no number or PIN to move " +
			"(a key on a phone, for example): issue a new one\"\n" +
			"B,2,Blake,two@example.com,code,all,,plan,nobody\n",
	} {
		if got := read(t, folder, name); got != want {
			t.Errorf("%s is\n%swant\n%s", name, got, want)
		}
		rightstest.Private(t, filepath.Join(folder, name))
	}
	if read(t, folder, "roster.csv.files", "2.note.txt") != long {
		t.Error("the long text is not beside the roster")
	}

	// Repeatedly: what a resumed run says replaces what the first attempt said, and each record is
	// in one of the two files, in the source's words.
	const lostC = "C,1,Avery Q. Sample,,code,all,,listing,\"it has no number or PIN to move " +
		"(a key on a phone, for example): issue a new one\"\n"
	for _, c := range []struct {
		ended           map[string]Ended
		crosswalk, loss string
	}{
		{map[string]Ended{}, "A,1,9,,2\nB,2,,,3\n", "A,1,Avery Q. Sample,,code,all,,run,\nB,2,Blake,two@example.com,code,all,,run,\n"},
		{
			map[string]Ended{"2": {ID: "N1", HolderID: "9", Moved: true}, "3": {ID: "X", HolderID: "7", Reason: "refused"}},
			"A,1,9,N1,2\nB,2,,,3\n", "B,2,Blake,two@example.com,code,all,,run,refused\n",
		},
		{
			map[string]Ended{"2": {ID: "N1", Moved: true, Unproved: true, Reason: "not verified"}, "3": {ID: "N2", HolderID: "8", Moved: true}},
			"A,1,9,N1,2\nB,2,8,N2,3\n", "A,1,Avery Q. Sample,,code,unproved,,run,not verified\n",
		},
	} {
		if err := Complete(folder, func(line string) Ended {
			e := c.ended[line]
			e.Words = map[string]Words{"2": {Name: "Avery Q. Sample", Type: "code"}, "3": {"Blake", "two@example.com", "code"}}[line]
			return e
		}); err != nil {
			t.Fatal(err)
		}
		if got, want := read(t, folder, CrosswalkFile), strings.Join(crosswalkHeader, ",")+"\n"+c.crosswalk+"C,1,9,,\n"; got != want {
			t.Errorf("the crosswalk is\n%s", got)
		}
		if got, want := read(t, folder, LossFile), "\ufeff"+strings.Join(lossHeader, ",")+"\n"+lostC+c.loss; got != want {
			t.Errorf("the losses are\n%swant\n%s", got, want)
		}
	}
}

// TestCompleteWithoutAManifest: a run that an earlier version began is completed in its own files.
func TestCompleteWithoutAManifest(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		CrosswalkFile: "source_credential_id,source_holder_id,target_holder_id,target_credential_id,roster_line\nA,1,9,,2\nB,2,,,3\nC,1,9,,\n",
		LossFile:      "\ufeffsource_credential_id,source_holder_id,holder_name,holder_email,type,lost,column,found,reason\nC,1,,,code,all,,listing,none\nB,2,,,code,all,,plan,nobody\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Complete(folder, func(line string) Ended {
		return Ended{ID: "N", Moved: line == "2", Reason: map[string]string{"3": "nobody"}[line], Words: Words{Name: "Blake"}}
	}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, folder, CrosswalkFile); !strings.HasSuffix(got, "roster_line\nA,1,9,N,2\nB,2,,,3\nC,1,9,,\n") {
		t.Errorf("the crosswalk is\n%s", got)
	}
	if got := read(t, folder, LossFile); !strings.HasSuffix(got, "reason\nC,1,,,code,all,,listing,none\nB,2,Blake,,,all,,run,nobody\n") {
		t.Errorf("the losses are\n%s", got)
	}
	if _, err := Open(folder, ours); err == nil {
		t.Error("files without a manifest are nobody's")
	}
}

// TestFoldersHoldFilesOfOthers: files of others stay, whatever their names, and so do ours once a
// person has changed them; files of ours that are no longer needed are removed.
func TestFoldersHoldFilesOfOthers(t *testing.T) {
	folder := t.TempDir()
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(what string, of Identity, names ...string) {
		t.Helper()
		_, err := Open(folder, of)
		var foreign *ForeignError
		if !errors.As(err, &foreign) || !slices.Equal(foreign.Names, names) {
			t.Errorf("%s: %v, want %v", what, err, names)
		}
	}
	put(RosterFile, "mine")
	put(PlanFile, "mine")
	refused("files of the user", ours, RosterFile, PlanFile)
	if read(t, folder, RosterFile) != "mine" {
		t.Error("the user's roster is gone")
	}
	for _, name := range []string{RosterFile, PlanFile} {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	put("notes.txt", "mine")
	if _, err := write(folder, moved(), Options{Reveal: true}); err != nil {
		t.Fatal(err)
	}
	seal := func(w io.Writer, write func(io.Writer) error) error {
		_, err := io.WriteString(w, "sealed")
		return err
	}
	if _, err := write(folder, moved(), Options{Reveal: true, Seal: seal}); err != nil {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(filepath.Join(folder, "*")); len(found) != 6 || read(t, folder, "notes.txt") != "mine" || read(t, folder, sealedRoster) != "sealed" {
		t.Errorf("beside the sealed roster: %v", found)
	}
	refused("another migration", Identity{From: "old", To: "other"}, sealedRoster, CrosswalkFile, MissingFile, LossFile, "migration.json (of the migration from old to new)")
	put(CrosswalkFile, read(t, folder, CrosswalkFile)+"note\n")
	refused("a file that was changed", ours, CrosswalkFile)
	if err := Complete(folder, func(string) Ended { return Ended{} }); err == nil {
		t.Error("a crosswalk that was changed is replaced")
	}
	put(ManifestFile, "{}")
	refused("another manifest", ours, ManifestFile)
}

func TestValuesOnDemand(t *testing.T) {
	folder := t.TempDir()
	if _, err := write(folder, moved(), Options{Reveal: true}); err != nil || !strings.Contains(read(t, folder, RosterFile), ",'=48210577,") {
		t.Errorf("revealed: %v", err)
	}
	folder = t.TempDir()
	sealed := func(w io.Writer, write func(io.Writer) error) error {
		_, err := io.WriteString(w, "sealed")
		return err
	}
	names, err := write(folder, moved(), Options{Reveal: true, Seal: sealed})
	if err != nil || names[0] != "roster.csv.age" || read(t, folder, names[0]) != "sealed" {
		t.Errorf("sealed: %v %v", names, err)
	}
	if found, _ := filepath.Glob(filepath.Join(folder, "roster.csv*")); len(found) != 1 {
		t.Errorf("beside the sealed roster: %v", found)
	}
}

func TestListsOfPeople(t *testing.T) {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "list.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if got, err := ReadPairs(file("note;From Holder ID;to_holder_id\nx;007;9\n;007;9\n")); err != nil || len(got) != 1 || got["007"] != "9" {
		t.Errorf("pairs: %v %v", got, err)
	}
	for text, want := range map[string]string{
		"a,b\n1,2\n":                        "must have from_holder_id",
		"":                                  "must have from_holder_id",
		"from_holder_id,to_holder_id\n1,\n": "line 2: it does not name two people",
		"from_holder_id,to_holder_id\n1,2\n1,3\n": "line 3: 1 is already mapped to 2",
	} {
		if _, err := ReadPairs(file(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string][]Person{
		"name,Holder Email\nAvery,one@example.com\n": {{Email: "one@example.com", Line: 2}},
		"501\n\n502\n":    {{Any: "501", Line: 1}, {Any: "502", Line: 3}},
		"Holder-ID\n3\n":  {{ID: "3", Line: 2}},
		"holder_ref\n3\n": {{Ref: "3", Line: 2}},
		"E-Mail;Person ID\none@example.com;3\n;4\n;\nx@y;\n": {{ID: "3", Email: "one@example.com", Line: 2}, {ID: "4", Line: 3}, {Email: "x@y", Line: 5}},
		"ACS User ID\nu-1\n": {{ID: "u-1", Line: 2}},
	} {
		if got, err := ReadPeople(file(text)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: people: %+v %v", text, got, err)
		}
	}
	if _, err := ReadPeople(file("E-Mail\none@example.com\ntwo@example.com, x@y\n")); err == nil ||
		!strings.Contains(err.Error(), "line 3: it has more fields") {
		t.Errorf("two people in a line: %v", err)
	}
	if _, err := ReadPeople(file("holder_id\n")); err == nil || !strings.Contains(err.Error(), "names no person") {
		t.Errorf("nobody: %v", err)
	}
	if _, err := ReadPeople(filepath.Join(t.TempDir(), "no.csv")); err == nil ||
		!strings.Contains(err.Error(), syscall.ENOENT.Error()) {
		t.Errorf("no file: %v", err)
	}
}

func TestNamesOfMissingPeople(t *testing.T) {
	for _, tc := range []struct {
		h                reconcile.Holder
		first, last, how string
	}{
		{reconcile.Holder{Name: "Ana Maria van Sample", First: "Ana Maria", Last: "van Sample"}, "Ana Maria", "van Sample", namesGiven},
		{reconcile.Holder{Name: "Blake", Last: "Blake"}, "", "Blake", namesGiven},
		{reconcile.Holder{Name: " Avery  Q. Sample "}, "Avery Q.", "Sample", namesAtSpace},
		{reconcile.Holder{Name: "van Sample, Ana Maria"}, "Ana Maria", "van Sample", namesAtComma},
		{reconcile.Holder{Name: "Sample, Ana, Dr."}, "Sample, Ana,", "Dr.", namesAtSpace},
		{reconcile.Holder{Name: "Blake"}, "Blake", "", namesOne},
		{reconcile.Holder{}, "", "", ""},
	} {
		if first, last, how := namesOf(&tc.h); first != tc.first || last != tc.last || how != tc.how {
			t.Errorf("%q: %q, %q, %q", tc.h.Name, first, last, how)
		}
	}
}

// TestMissingPeopleInTheTargetsColumns: people are described in the target's own columns.
func TestMissingPeopleInTheTargetsColumns(t *testing.T) {
	folder, files := t.TempDir(), moved()
	files.People, files.Set = []string{"full_name", "email_address", "acs_system_id"}, map[string]string{"acs_system_id": "S1"}
	if _, err := write(folder, files, Options{}); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, folder, MissingFile), "full_name,email_address,acs_system_id,source_holder_id\nBlake,two@example.com,S1,2\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
