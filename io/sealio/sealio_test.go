package sealio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"keyroster/io/sealio"
	"keyroster/reconcile"
)

// badge is a row struct like a provider's.
type badge struct {
	ID     string           `csv:"credential_id" roster:"key"`
	Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
	Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
}

const planted = "0048213377"

// snapshot returns a run of n rows, each of which gives its record a new value.
func snapshot(n int) *sealio.Snapshot {
	schema := reconcile.NewSchema("badges", badge{})
	roster, have := reconcile.NewRoster(schema), reconcile.NewSet(schema, n)
	roster.Files = []reconcile.File{{Name: "roster.csv", SHA256: "aa", Sheets: []string{""}, Rows: n}}
	for i := range n {
		id := reconcile.TextCell(fmt.Sprint("c", i))
		holder := reconcile.TextCell(fmt.Sprint(i))
		roster.Add(0, 0, i+2, []reconcile.Cell{id, holder, reconcile.TextCell(planted + fmt.Sprint(i))})
		have.Add([]reconcile.Cell{id, holder, reconcile.TextCell(fmt.Sprint("old", i))})
	}
	listing := &reconcile.Listing{Records: have, Total: n, Evidence: reconcile.EvidenceDeclared, At: time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)}
	plan := reconcile.Diff(roster, &reconcile.Wanted{Rows: roster.Rows}, listing, reconcile.Policy{})
	return &sealio.Snapshot{Plan: plan, Roster: roster, Listing: listing, Meta: map[string]string{"account": "hq"}}
}

func newKey(t testing.TB) (reconcile.Secret, string) {
	t.Helper()
	identity, recipient, err := sealio.NewKey()
	check(t, err)
	return identity, recipient
}

func seal(t testing.TB, recipient string, s *sealio.Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	check(t, sealio.Seal(&b, recipient, s))
	return b.Bytes()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSealedSnapshotsComeBack(t *testing.T) {
	identity, recipient := newKey(t)
	want := snapshot(2000)
	sealed := seal(t, recipient, want)
	if bytes.Contains(sealed, []byte(planted)) || bytes.Contains(sealed, []byte("roster.csv")) {
		t.Error("the sealed file shows content")
	}
	got, err := sealio.Unseal(iotest.HalfReader(bytes.NewReader(sealed)), identity)
	check(t, err)
	if len(got.Plan.Lines) != 2000 || len(got.Plan.Chains) != 2000 || got.Meta["account"] != "hq" || !got.Listing.Complete() {
		t.Errorf("unsealed %d lines, %d chains, %v", len(got.Plan.Lines), len(got.Plan.Chains), got.Meta)
	}
	change := got.Plan.Change(1999)
	if change.Want.Text("value") != planted+"1999" || change.Have.Text("value") != "old1999" || got.Roster.Source(1999).Line != 2001 {
		t.Error("the last change is not the same")
	}
	for i := range want.Plan.Lines {
		if want.Plan.Lines[i] != got.Plan.Lines[i] || want.Roster.Source(i) != got.Roster.Source(i) {
			t.Fatalf("line %d differs", i)
		}
	}
}

func TestSealingTwiceShowsNothing(t *testing.T) {
	_, recipient := newKey(t)
	if bytes.Equal(seal(t, recipient, snapshot(3)), seal(t, recipient, snapshot(3))) {
		t.Error("equal snapshots seal to equal files")
	}
}

// TestDamagedSealsAreRefused truncates, changes and extends a sealed file.
func TestDamagedSealsAreRefused(t *testing.T) {
	identity, recipient := newKey(t)
	sealed := seal(t, recipient, snapshot(1500)) // more than one block of 64 KiB
	if len(sealed) < 70_000 {
		t.Fatalf("only %d bytes", len(sealed))
	}
	refused := func(what string, data []byte) {
		t.Helper()
		_, err := sealio.Unseal(bytes.NewReader(data), identity)
		if err == nil {
			t.Errorf("%s: unsealed", what)
		} else if text := err.Error(); strings.Contains(text, planted) || strings.Contains(text, "X25519") {
			t.Errorf("%s: the error quotes the file: %s", what, text)
		}
	}
	for at := 0; at < len(sealed); at += 1 + len(sealed)/97 {
		refused("cut", sealed[:at])
		changed := bytes.Clone(sealed)
		changed[at] ^= 1
		refused("changed", changed)
	}
	refused("cut by a byte", sealed[:len(sealed)-1])
	refused("continued", append(bytes.Clone(sealed), 0))
	refused("text", []byte("credential_id,value\nA,"+planted+"\n"))
	refused("empty", nil)
}

func TestAnotherKeyIsRefused(t *testing.T) {
	_, recipient := newKey(t)
	identity, _ := newKey(t)
	if _, err := sealio.Unseal(bytes.NewReader(seal(t, recipient, snapshot(1))), identity); !errors.Is(err, sealio.ErrKey) {
		t.Errorf("unseal: %v", err)
	}
}

// TestKeysStayOutOfErrors: no error holds a key, even one in the wrong place.
func TestKeysStayOutOfErrors(t *testing.T) {
	identity, recipient := newKey(t)
	secret := identity.Reveal()
	errs := []error{
		sealio.Seal(io.Discard, secret, snapshot(1)),
		sealio.Seal(io.Discard, strings.ToLower(secret), snapshot(1)),
		unseal(seal(t, recipient, snapshot(1)), reconcile.NewSecret(secret+"x")),
		unseal(seal(t, recipient, snapshot(1)), reconcile.NewSecret("AGE-SECRET-KEY-2"+secret[16:])),
		unseal(seal(t, recipient, snapshot(1)), reconcile.Secret{}),
	}
	for n, err := range errs {
		if err == nil {
			t.Errorf("%d: a bad key was taken", n)
		} else if strings.Contains(strings.ToUpper(err.Error()), secret[16:30]) {
			t.Errorf("%d: the error shows the key", n)
		}
	}
}

func unseal(data []byte, identity reconcile.Secret) error {
	_, err := sealio.Unseal(bytes.NewReader(data), identity)
	return err
}

func TestErrorsOfTheDiskArePassedOn(t *testing.T) {
	identity, recipient := newKey(t)
	broken := errors.New("broken")
	sealed := seal(t, recipient, snapshot(1500))
	for _, after := range []int{0, 10, len(sealed) / 2} {
		r := io.MultiReader(bytes.NewReader(sealed[:after]), iotest.ErrReader(broken))
		if _, err := sealio.Unseal(r, identity); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", after, err)
		}
	}
	for _, room := range []int{0, 150, 70_000} {
		if err := sealio.Seal(&full{room: room, err: broken}, recipient, snapshot(1500)); !errors.Is(err, broken) {
			t.Errorf("with room for %d bytes: %v", room, err)
		}
	}
	if err := sealio.Seal(io.Discard, recipient, &sealio.Snapshot{Plan: &reconcile.Plan{}}); err == nil {
		t.Error("sealed what cannot be read back")
	}
}

// full is a disk with little room.
type full struct {
	room int
	err  error
}

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return f.room, f.err
	}
	f.room -= len(p)
	return len(p), nil
}

// TestDamagedKeysAreRefused: a damaged key is reported with its place, and is never quoted. A new
// key in its place would make runs that cannot be resumed look as if they belonged to another
// installation.
func TestDamagedKeysAreRefused(t *testing.T) {
	identity, recipient := newKey(t)
	if _, same, err := sealio.ParseKey([]byte(identity.Reveal()+"\n"), "seal.key"); err != nil || same != recipient {
		t.Errorf("recipient %q, %v", same, err)
	}
	for name, text := range map[string]string{"empty": "", "cut": identity.Reveal()[:40], "two": strings.Repeat(identity.Reveal()+"\n", 2)} {
		_, _, err := sealio.ParseKey([]byte(text), "state/seal.key")
		if err == nil || !strings.Contains(err.Error(), "state/seal.key") || strings.Contains(err.Error(), identity.Reveal()[16:30]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	const n = 100_000
	s := snapshot(n)
	identity, recipient := newKey(b)
	sealed := seal(b, recipient, s)
	b.Run("seal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			check(b, sealio.Seal(io.Discard, recipient, s))
		}
	})
	b.Run("unseal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			check(b, unseal(sealed, identity))
		}
	})
}
