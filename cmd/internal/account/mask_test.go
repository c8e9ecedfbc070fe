package account_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/io/configio"
)

// TestMasker: where the types cannot be read, all values are fully masked, since one that is shown
// in part may be a PIN.
func TestMasker(t *testing.T) {
	var log bytes.Buffer
	acc := ableOf(&able{cards: []string{"own"}})
	acc.Config = &configio.Account{Name: "hq", Mask: configio.DefaultShown}
	mask, err := acc.Masker(t.Context(), zerolog.New(&log))
	if diff := cmp.Diff(append(append([]string{}, acc.Spec.Schema.CardTypes...), "own"), mask.CardTypes()); diff != "" || err != nil || log.Len() > 0 {
		t.Errorf("%s %v %s", diff, err, &log)
	}
	acc.Features = (&able{err: errors.New("refused")}).features()
	mask, err = acc.Masker(t.Context(), zerolog.New(&log))
	const words = `{"level":"debug","account":"hq","error":"refused",` +
		`"message":"could not read the credential types: all values are fully masked"}` + "\n"
	if diff := cmp.Diff(words, log.String()); diff != "" || err != nil || len(mask.CardTypes()) != len(acc.Spec.Schema.CardTypes) {
		t.Errorf("%s %v", diff, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := acc.Masker(ended, zerolog.Nop()); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
