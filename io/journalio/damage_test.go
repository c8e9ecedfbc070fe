package journalio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keyroster/io/journalio"
)

// refused expects a journal to be refused because of the given line.
func refused(t *testing.T, what string, data []byte, line int) {
	t.Helper()
	_, _, err := journalio.ReplayOf(bytes.NewReader(data))
	damage, ok := errors.AsType[*journalio.DamageError](err)
	if !ok || damage.Line != line {
		t.Errorf("%s: want line %d refused, got %v", what, line, err)
	}
}

// TestEveryFlippedByteIsSeen changes each byte of a journal by one bit, including the last line and
// its line feed.
func TestEveryFlippedByteIsSeen(t *testing.T) {
	data := contents(t, write(t, story()[0], story()[3], story()[4], story()[11]))
	line := 1
	for i, was := range data {
		for bit := range 8 {
			now := was ^ 1<<bit
			data[i] = now
			refused(t, fmt.Sprintf("byte %d of line %d from %q to %q", i, line, was, now), data, line)
		}
		data[i] = was
		if was == '\n' {
			line++
		}
	}
}

func TestLinesThatMoveAreSeen(t *testing.T) {
	lines := bytes.SplitAfter(contents(t, write(t, story()...)), []byte("\n"))
	lines = lines[:len(lines)-1]
	join := func(lines [][]byte) []byte { return bytes.Join(lines, nil) }
	for n := range lines {
		if n < len(lines)-1 { // a whole line missing at the end does not break the chain
			refused(t, "removed", join(slices.Delete(slices.Clone(lines), n, n+1)), n+1)
			swapped := slices.Clone(lines)
			swapped[n], swapped[n+1] = swapped[n+1], swapped[n]
			refused(t, "swapped", join(swapped), n+1)
		}
		refused(t, "doubled", join(slices.Insert(slices.Clone(lines), n, lines[n])), n+2)
		refused(t, "emptied", join(slices.Replace(slices.Clone(lines), n, n+1, []byte("\n"))), n+1)
		refused(t, "with a line feed of another system", join(slices.Replace(slices.Clone(lines), n, n+1, slices.Insert(slices.Clone(lines[n]), len(lines[n])-1, '\r'))), n+1)
	}
	said, _, err := journalio.ReplayOf(bytes.NewReader(join(lines[:len(lines)-1])))
	if err != nil || said.Ended {
		t.Errorf("without its end: %+v, %v", said, err)
	}
}

// TestLinesOfAnotherJournalAreSeen: the numbers fit, but the chain does not.
func TestLinesOfAnotherJournalAreSeen(t *testing.T) {
	one := bytes.SplitAfter(contents(t, write(t, story()...)), []byte("\n"))
	two := bytes.SplitAfter(contents(t, write(t, story()...)), []byte("\n"))
	refused(t, "mixed", bytes.Join([][]byte{one[0], one[1], two[2]}, nil), 3)
}

func TestTextAfterTheEndIsSeen(t *testing.T) {
	data := contents(t, write(t, story()[:2]...))
	for _, tail := range []string{"x", " ", `{"seq":4,"at":"`, `{"seq":3,"at":"2026-01-31T02:00:01Z"} `, `{"seq":3, `} {
		refused(t, tail, append(slices.Clone(data), tail...), 3)
	}
}

// TestEveryCutIsATornTail cuts a journal at every byte, as a killed process or a lost page would.
func TestEveryCutIsATornTail(t *testing.T) {
	data := contents(t, write(t, append(story()[:5], story()[11])...))
	for cut := range len(data) + 1 {
		good := bytes.LastIndexByte(data[:cut], '\n') + 1
		for _, zeros := range []int{0, 1 + 700*(cut%2)} {
			said, end, err := journalio.ReplayOf(bytes.NewReader(append(slices.Clone(data[:cut]), make([]byte, zeros)...)))
			if err != nil {
				t.Fatalf("cut at %d with %d zero bytes: %v", cut, zeros, err)
			}
			if said.Torn != int64(cut-good+zeros) || end != int64(good) || said.Entries != bytes.Count(data[:cut], []byte("\n")) {
				t.Errorf("cut at %d with %d zero bytes: %d bytes torn after %d, %d entries", cut, zeros, said.Torn, end, said.Entries)
			}
		}
	}
}

// TestResumeCutsATornTail: resuming cuts off the tail, wherever the last line was cut.
func TestResumeCutsATornTail(t *testing.T) {
	data := contents(t, write(t, story()[:5]...))
	good := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
	path := filepath.Join(t.TempDir(), "journal.ndjson")
	for cut := good + 1; cut < len(data); cut += 7 {
		check(t, os.WriteFile(path, data[:cut], 0o600))
		check(t, os.RemoveAll(path+journalio.MarkSuffix)) // left by the previous cut
		j, said, err := journalio.ResumeAt(path)
		check(t, err)
		if said.Torn != int64(cut-good) || said.Entries != 5 || said.LastHash != j.LastHash() {
			t.Fatalf("cut at %d: %+v", cut, said)
		}
		check(t, j.Close())
		now := contents(t, path)
		note := fmt.Sprintf(`"kind":"recovered","line":-1,"attempt":0,"op":"","credential_id":"","outcome":"","http_status":0,"request_id":"","note":"cut off a torn line of %d bytes"}`, cut-good)
		if !bytes.HasPrefix(now, data[:good]) || !strings.HasSuffix(string(now), note+"\n") {
			t.Fatalf("cut at %d: the journal is now %s", cut, now)
		}
		if said, err := journalio.ReadAt(path); err != nil || said.Entries != 5 || said.Torn != 0 {
			t.Fatalf("cut at %d, resumed: %+v, %v", cut, said, err)
		}
	}
}

func TestResumeLeavesADamagedJournalAsItIs(t *testing.T) {
	path := write(t, story()...)
	data := contents(t, path)
	data[len(data)-5] ^= 1
	data = append(data, `{"seq":`...)
	check(t, os.WriteFile(path, data, 0o600))
	if _, _, err := journalio.ResumeAt(path); err == nil || !strings.Contains(err.Error(), "line 12") {
		t.Errorf("resume: %v", err)
	}
	if !bytes.Equal(contents(t, path), data) {
		t.Error("a refused journal was changed")
	}
}

// TestSalvageReadsWhatStandsBeforeTheDamage: salvaging reads the lines before a damaged one, for
// damage in each line in turn.
func TestSalvageReadsWhatStandsBeforeTheDamage(t *testing.T) {
	path := write(t, story()...)
	whole := contents(t, path)
	lines := bytes.Count(whole, []byte("\n"))
	for n := range lines {
		data := bytes.SplitAfter(slices.Clone(whole), []byte("\n"))
		data[n][len(data[n])/2] ^= 1
		check(t, os.WriteFile(path, bytes.Join(data, nil), 0o600))
		said, damage, err := journalio.SalvageAt(path)
		check(t, err)
		want, _, err := journalio.ReplayOf(bytes.NewReader(bytes.Join(data[:n], nil)))
		check(t, err)
		if damage == nil || damage.Line != n+1 || said.Entries != n || !slices.Equal(said.InDoubt(), want.InDoubt()) || len(said.Parked) != len(want.Parked) {
			t.Errorf("line %d changed: %v, %+v, want %+v", n+1, damage, said, want)
		}
	}
	check(t, os.WriteFile(path, whole, 0o600))
	if said, damage, err := journalio.SalvageAt(path); err != nil || damage != nil || said.Entries != lines {
		t.Errorf("a whole journal: %v, %v", damage, err)
	}
	if _, _, err := journalio.SalvageAt(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no journal: %v", err)
	}
}

// TestRefusalsQuoteNothing: a damaged line may hold anything.
func TestRefusalsQuoteNothing(t *testing.T) {
	data := append(contents(t, write(t, story()[:2]...)), `{"seq":3,"note":0048213377}`+"\n"...)
	_, _, err := journalio.ReplayOf(bytes.NewReader(data))
	if err == nil || strings.Contains(err.Error(), "0048213377") {
		t.Errorf("refused with %v", err)
	}
}

func FuzzRead(f *testing.F) {
	data := contents(f, write(f, story()...))
	f.Add(data)
	f.Add(data[:len(data)-20])
	f.Add(append(slices.Clone(data[:700]), 0, 0, 0))
	f.Add([]byte("{\"seq\":1}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		said, good, err := journalio.ReplayOf(bytes.NewReader(data))
		if err != nil {
			return
		}
		if good+said.Torn != int64(len(data)) {
			t.Fatalf("%d good and %d torn of %d bytes", good, said.Torn, len(data))
		}
		again, _, err := journalio.ReplayOf(bytes.NewReader(data[:good]))
		if err != nil || again.Torn != 0 || again.Entries != said.Entries || again.LastHash != said.LastHash {
			t.Fatalf("the good part is not good: %+v, %v", again, err)
		}
	})
}
