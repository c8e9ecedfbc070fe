package history

import (
	"strings"
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// hq returns an account of the site's tenant.
func hq(config *configio.Account) *account.Account {
	opener := &account.Opener{Getenv: func(string) string { return "" }}
	return opener.Offline(config, all.Lookup("doorflow"), reconcile.Tenant{ID: "acme"})
}

func TestLookFillsAll(t *testing.T) {
	s := newSite(t)
	run := s.closed(0, nil)
	must(t, store.SaveUnlisted(s.lock, store.Unlisted{RunID: run.ID(), Keys: []string{"501"}}))
	acc := hq(&configio.Account{Name: "hq", Unreadable: rememberValues})
	known, err := LoadReadOnly(t.Context(), s.store, acc, s.logger())
	must(t, err)
	if known.Tenant == nil || lastRecords(&known.Memory) != 100 || known.Basis.From != reportio.MemoryRuns || len(known.Key) != 32 || known.Marks == nil {
		t.Errorf("%+v", known)
	}
	if known.LastWritten.Remembered() == nil {
		t.Error("values are not remembered")
	}
	if named := known.NamedBefore(); !named("501") || named("502") {
		t.Error("it does not know who was named")
	}
	if (*Known)(nil).NamedBefore() != nil {
		t.Error("nothing knows somebody")
	}
	acc.Config.Unreadable = "block"
	again, err := Load(t.Context(), s.store, s.tenant, acc, s.logger())
	must(t, err)
	if again.LastWritten.Remembered() != nil || string(again.Key) != string(known.Key) {
		t.Error("another key, or values remembered")
	}
}

func TestRememberSaysWhatIsWrong(t *testing.T) {
	s := newSite(t)
	acc := hq(&configio.Account{Name: "hq"})
	must(t, s.lock.Save(store.ValuesDocument, []byte("{")))
	_, err := LoadReadOnly(t.Context(), s.store, acc, s.logger())
	if err == nil || failure.Of(err).Kind != failure.Stopped || !strings.HasPrefix(err.Error(), "read remembered values: ") {
		t.Errorf("damaged values: %v", err)
	}
	must(t, s.lock.Save(store.StateDocument, []byte("{")))
	if _, err = LoadReadOnly(t.Context(), s.store, acc, s.logger()); err == nil ||
		failure.Of(err).Kind != failure.Stopped || !strings.HasPrefix(err.Error(), "read state: ") {
		t.Errorf("a damaged state: %v", err)
	}
}

// TestValuesOfAnotherKey: fingerprints made with another key say nothing about a value.
func TestValuesOfAnotherKey(t *testing.T) {
	s, w := newSite(t), keeping(t)
	w.byID["P1"] = "older"
	must(t, w.save(s.lock, w.byID))
	stored, err := store.ReadValues(s.tenant)
	must(t, err)
	if again := newLastWritten(stored, w.marks, true, s.logger()); again.byID["P1"] != "older" || s.log.Len() > 0 {
		t.Errorf("%v %s", again.byID, &s.log)
	}
	other := newLastWritten(stored, marks(t, "fedcba9876543210"), true, s.logger())
	const words = "the remembered values were made with another fingerprint key and cannot be used: " +
		"values that cannot be read are written once more"
	if len(other.byID) > 0 || !strings.Contains(s.log.String(), words) {
		t.Errorf("%v %s", other.byID, &s.log)
	}
}
