package notify_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/notify"
	"keyroster/io/metricio"
)

// TestTheSheetIsWrittenAsAccountsEnd: the file exists before all accounts have ended, is complete
// once they have, and is not rewritten for every one of many.
func TestTheSheetIsWrittenAsAccountsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.prom")
	synctest.Test(t, func(t *testing.T) {
		s := notify.NewSheet(path, "test", zerolog.Nop(), "a", "b", "c")
		told := func() string {
			text, _ := os.ReadFile(path)
			out := ""
			for _, name := range []string{"a", "b", "c"} {
				if bytes.Contains(text, []byte(`last_run_exit_code{account="`+name+`"`)) {
					out += name
				}
			}
			return out
		}
		for _, step := range []struct {
			name, want string
			wait       time.Duration
		}{{"b", "b", 0}, {"a", "b", 500 * time.Millisecond}, {"c", "abc", time.Millisecond}} {
			time.Sleep(step.wait)
			s.Add(metricio.Run{Account: step.name, Provider: "seam"})
			if got := told(); got != step.want {
				t.Errorf("after %s the file tells of %q, want %q", step.name, got, step.want)
			}
		}
		s = notify.NewSheet(path, "test", zerolog.Nop(), "a", "b", "c")
		s.Add(metricio.Run{Account: "a"})
		time.Sleep(time.Second)
		s.Add(metricio.Run{Account: "b"})
		if got := told(); got != "abc" {
			t.Errorf("the second night, while one is at work: %q", got)
		}
	})
}

func TestASheetThatCannotBeWrittenIsLogged(t *testing.T) {
	var log bytes.Buffer
	s := notify.NewSheet(filepath.Join(t.TempDir(), "none", "x.prom"), "test", zerolog.New(&log), "a")
	if s.Add(metricio.Run{Account: "a"}); !strings.Contains(log.String(), "could not write the metrics") {
		t.Errorf("log %q", &log)
	}
	new(notify.Sheet).Add(metricio.Run{Account: "a"}) // no path, nothing to write
}
