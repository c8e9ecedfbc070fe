package draft

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// TestMakeResolvesHolders: people are found by their address or reference, and the caller's options
// stay as they were typed.
func TestMakeResolvesHolders(t *testing.T) {
	w := newWorld(t, "")
	typed := Options{Holders: []string{"one@example.com", "E-2"}}
	d := w.make(strings.Replace(same, "K1,one@example.com,card,0010000001\n", "", 1), typed)
	if want := []string{"501", "502"}; !slices.Equal(d.Options.Holders, want) || !d.Options.Found {
		t.Errorf("holders %v, found %v; want %v", d.Options.Holders, d.Options.Found, want)
	}
	if typed.Holders[0] != "one@example.com" || typed.Found {
		t.Errorf("the caller's options changed: %+v", typed)
	}
	if d.LimitedTo() != reportio.LimitedToHolders || d.Listing.Records.Len() != 4 {
		t.Errorf("limited to %q, %d records", d.LimitedTo(), d.Listing.Records.Len())
	}
	again := w.make(same, d.Options)
	if diff := cmp.Diff(d.Options, again.Options); diff != "" {
		t.Errorf("options that are resolved change: %s", diff)
	}
}

func TestMakeRefusesUnknownHolders(t *testing.T) {
	w := newWorld(t, "")
	d, err := Make(context.Background(), Input{Account: w.acc, Roster: w.roster(same), Options: Options{Holders: []string{"six@example.com"}}})
	wantFailure(t, err, failure.Roster,
		"account hq has no person that matches --holder six@example.com",
		"name people by id, reference or e-mail address")
	if d != nil {
		t.Error("there is a draft of nobody")
	}
}

// TestSharesOfALimitedPlan: shares are of the whole account, not of the people to whom the plan is
// limited: what the last good run left counts, since nothing else was listed.
func TestSharesOfALimitedPlan(t *testing.T) {
	w := newWorld(t, "")
	for _, test := range []struct {
		last    *store.LastGood
		holders []string
		want    int
	}{
		{nil, nil, 7},
		{nil, []string{"501"}, 2},
		{&store.LastGood{Records: 400}, []string{"501"}, 400},
		{&store.LastGood{Records: 400}, nil, 7},
		{&store.LastGood{}, []string{"501"}, 2},
	} {
		d, err := Make(context.Background(), Input{
			Account: w.acc, Known: w.known(test.last), Roster: w.roster(same), Options: Options{Holders: test.holders},
		})
		if err != nil {
			t.Fatal(err)
		}
		if d.Base != test.want {
			t.Errorf("base %d with %+v and holders %v, want %d", d.Base, test.last, test.holders, test.want)
		}
	}
}

// TestAUniqueValueNeedsTheWholeAccount: the whole account is listed when a person gets a card
// number, since another person may have it.
func TestAUniqueValueNeedsTheWholeAccount(t *testing.T) {
	w := newWorld(t, "")
	d := w.make(strings.Replace(same, "0010000001", "0010000009", 1), Options{Holders: []string{"501"}})
	if len(d.Scope.Holders) != 0 || d.Listing.Records.Len() != 7 || d.LimitedTo() != reportio.LimitedToHolders {
		t.Errorf("scope %v, %d records, limited to %q", d.Scope.Holders, d.Listing.Records.Len(), d.LimitedTo())
	}
}

func TestRefusalNamesTheLosers(t *testing.T) {
	w := newWorld(t, "    limits: {delete: 5, last_credential: 0}\n")
	d := w.make(strings.Replace(same, "K4,four@example.com,card,0010000004\n", "", 1), Options{Prune: true})
	const nameless = "the plan exceeds its limits: 1 person who would lose their last credential, " +
		"but limits.last_credential allows 0"
	wantFailure(t, d.Result(false), failure.Unsafe, nameless+"; loses all access: Person Four (504)",
		"if this is intended, lift the limit for this run: --limit last_credential=1")
	if f := d.Refusal(); f.Anonymous != nameless {
		t.Errorf("nameless: %q", f.Anonymous)
	}
}

func TestHowToLift(t *testing.T) {
	update := reconcile.Breach{Name: reconcile.LimitUpdate, Count: 4}
	remove := reconcile.Breach{Name: reconcile.LimitDelete, Count: 2}
	empty := reconcile.Breach{Name: reconcile.LimitCreate, Rule: true, Why: "the account holds no record"}
	doubt := reconcile.Breach{Name: reconcile.LimitUpdate, Rule: true, Why: "a column came apart"}
	invalid := reconcile.Breach{Name: reconcile.LimitInvalid, Count: 3}
	const lift = "if this is intended, lift the limit for this run: "
	const correctRows = "correct the invalid rows (keyroster help damage): " +
		"each is named with its problem, and an apply keeps them in its failed.csv"
	const without = "if the rest is right without them, lift the limit for this run: "
	for _, test := range []struct {
		breaches []reconcile.Breach
		noPrune  *pruneRefusal
		want     string
	}{
		{breaches: []reconcile.Breach{doubt}},
		{breaches: []reconcile.Breach{update, remove}, want: lift + "--limit update=4 --limit delete=2"},
		{breaches: []reconcile.Breach{empty}, want: lift + "--accept-empty, or limits.create as a count"},
		{
			breaches: []reconcile.Breach{empty, update},
			want:     lift + "--accept-empty, or limits.create as a count; --limit update=4",
		},
		{breaches: []reconcile.Breach{doubt, update}, want: lift + "--limit update=4"},
		{breaches: []reconcile.Breach{invalid}, want: correctRows + "; and " + without + "--limit invalid=3"},
		{
			breaches: []reconcile.Breach{update, invalid},
			want:     correctRows + "; and " + without + "--limit update=4 --limit invalid=3",
		},
		{
			breaches: []reconcile.Breach{invalid, remove}, noPrune: &pruneRefusal{remedy: "leave out --prune"},
			want: correctRows + "; and leave out --prune; and " + without + "--limit invalid=3",
		},
		{breaches: []reconcile.Breach{remove}, noPrune: &pruneRefusal{remedy: "leave out --prune"}, want: "leave out --prune"},
		{
			breaches: []reconcile.Breach{remove, update}, noPrune: &pruneRefusal{remedy: "leave out --prune"},
			want: "leave out --prune; and " + lift + "--limit update=4",
		},
	} {
		d := &Draft{Breaches: test.breaches, noPrune: test.noPrune}
		if got := d.howToLift(); got != test.want {
			t.Errorf("%v: %q, want %q", test.breaches, got, test.want)
		}
	}
}

// TestUnlistedRecordsNeedAPerson: where the configuration says so, unlisted records need a person,
// except those that it protects, and except with rosters that say nothing about others.
func TestUnlistedRecordsNeedAPerson(t *testing.T) {
	w := newWorld(t, "    unlisted: needs-a-person\n    protect: [{holder_email: two@example.com}]\n")
	const one = "credential_id,value\nK1,0010000001\n"
	d := w.make(one, Options{})
	if len(d.Flagged) != 4 || d.NeedsNobody() || d.UnlistedPolicy() != reportio.UnlistedNeeds {
		t.Errorf("attended %v, answered %v, policy %q", d.Flagged, d.NeedsNobody(), d.UnlistedPolicy())
	}
	n := 0
	d.EachUnlisted(func(reconcile.Record) { n++ })
	if n != 6 {
		t.Errorf("%d records in no row, want 6", n)
	}
	d = w.make(one, Options{Additive: true})
	if len(d.Flagged) != 0 || !d.NeedsNobody() || d.UnlistedPolicy() != reportio.UnlistedIgnore {
		t.Errorf("additive: attended %v, answered %v, policy %q", d.Flagged, d.NeedsNobody(), d.UnlistedPolicy())
	}
}

func TestRestore(t *testing.T) {
	w := newWorld(t, "    limits: {update: 20%}\n")
	d := w.make(strings.Replace(same, "481057", "481058", 1), Options{
		Holders: []string{"501", "502"}, Limits: []string{"update=40%", "delete=3"}, Shapes: []string{"pin=digits:6"},
		OldRoster: "holidays\nat hq",
	})
	d.Columns = []string{"Badge No=value", "Kind=type"}
	snapshot := &sealio.Snapshot{Plan: d.Plan, Roster: d.Roster, Listing: d.Listing, Meta: map[string]string{history.MetaRun: "R"}}
	d.PutMeta(snapshot.Meta)
	got, err := Restore(d.Account, d.Known, snapshot)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct{ want, got any }{
		{d.Options.Holders, got.Options.Holders},
		{true, got.Options.Found},
		{d.Columns, got.Columns},
		{d.Limits, got.Limits},
		{d.Lifted, got.Lifted},
		{d.Started.UTC(), got.Started.UTC()},
	} {
		if diff := cmp.Diff(part.want, part.got); diff != "" {
			t.Error(diff)
		}
	}
	again, err := got.PlanFile("keyroster test")
	if err != nil {
		t.Fatal(err)
	}
	saved := w.save(d).SavedPlan
	if differs, err := again.Differs(saved); err != nil || differs {
		t.Errorf("the plan that was computed again differs: %v, %v", differs, err)
	}
	saved.Close() // on Windows, an open file cannot be replaced
	other := w.save(w.make(strings.Replace(same, "481057", "481059", 1), Options{Holders: []string{"501", "502"}}))
	if differs, err := again.Differs(other.SavedPlan); err != nil || !differs {
		t.Errorf("another plan does not differ: %v, %v", differs, err)
	}
}

// TestReportOfNoDraft: a run that compared nothing has a report too.
func TestReportOfNoDraft(t *testing.T) {
	w := newWorld(t, "")
	r := NoDraft(w.acc, w.known(nil), nil, time.Now()).Report(ReportOptions{Command: "apply", Operator: "ops", Tool: "keyroster test"})
	if r.Account != "hq" || r.Command != "apply" || r.Operator != "ops" || r.Lines != nil || r.Converged || r.Memory == nil {
		t.Errorf("%+v", r)
	}
}
