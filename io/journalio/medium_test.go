package journalio_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"keyroster/io/journalio"
)

// medium is a file and its mark in memory; both fail on demand and record what was done.
type medium struct {
	data, mark []byte
	read       int
	fails      map[string]error
	did        []string
}

func (m *medium) do(what string) error {
	m.did = append(m.did, what)
	return m.fails[what]
}

func (m *medium) Read(p []byte) (int, error) {
	if err := m.fails["read"]; err != nil {
		return 0, err
	}
	n := copy(p, m.data[m.read:])
	m.read += n
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (m *medium) Write(p []byte) (int, error) {
	if err := m.do("write"); err != nil {
		return 0, err
	}
	m.data = append(m.data, p...)
	return len(p), nil
}

func (m *medium) Truncate(size int64) error {
	err := m.do("truncate")
	if err == nil {
		m.data = m.data[:size]
	}
	return err
}

func (m *medium) Sync() error  { return m.do("sync") }
func (m *medium) Close() error { return m.do("close") }

// markOf is the mark of a medium.
type markOf struct{ *medium }

func (m markOf) Put(text []byte) error {
	err := m.do("put")
	if err == nil {
		m.mark = bytes.Clone(text)
	}
	return err
}

func (m markOf) Close(ended bool) error {
	if ended {
		m.mark = nil
		return m.do("end mark")
	}
	return m.do("close mark")
}

// inMemory returns a journal with three lines whose process died.
func inMemory(t *testing.T) *medium {
	t.Helper()
	m := &medium{}
	j, err := journalio.Create(m, markOf{m})
	check(t, err)
	check(t, j.Append(true, story()[:2]...))
	check(t, j.Append(false, story()[2]))
	left := &medium{data: slices.Clone(m.data), mark: slices.Clone(m.mark)}
	check(t, j.Close())
	return left
}

func (m *medium) resume() (*journalio.Journal, *journalio.Replay, error) {
	return journalio.Resume(m, markOf{m}, m.mark, "the journal")
}

func TestAJournalNeedsNoFile(t *testing.T) {
	m := inMemory(t)
	if len(m.mark) != 512 {
		t.Errorf("a mark of %d bytes", len(m.mark))
	}
	j, said, err := m.resume()
	check(t, err)
	if said.Entries != 3 {
		t.Errorf("said %+v", said)
	}
	check(t, j.Append(true, story()[3:]...))
	check(t, j.Close())
	if m.mark != nil {
		t.Errorf("the mark of a journal that ended: %q", m.mark)
	}
	said, err = journalio.Read(bytes.NewReader(m.data), nil, "the journal")
	if err != nil || !said.Ended || said.Entries != len(story()) {
		t.Errorf("said %+v, %v", said, err)
	}
}

// TestTheMarkFollowsTheLine: a line is written before the mark that requires it is put, never the
// other way round, as a mark must not tell of a line that was not written.
func TestTheMarkFollowsTheLine(t *testing.T) {
	m := &medium{}
	j, err := journalio.Create(m, markOf{m})
	check(t, err)
	check(t, j.Append(true, story()[0]))
	check(t, j.Close())
	want := []string{"put", "write", "put", "sync", "put", "sync", "put", "close", "close mark"}
	if !slices.Equal(m.did, want) {
		t.Errorf("did %q, want %q", m.did, want)
	}
}

// TestNothingIsLessThanTheMarkTellsOf: a journal that is gone is not started afresh, since it has
// less than its mark tells of.
func TestNothingIsLessThanTheMarkTellsOf(t *testing.T) {
	m := inMemory(t)
	for _, text := range []string{"", `{"seq":1,"at":"`} {
		_, err := journalio.Read(strings.NewReader(text), m.mark, "the journal")
		if damagedAt(err) != 1 || !strings.HasPrefix(err.Error(), "read journal the journal: line 1: it is missing") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, mark := range []string{"", "spoilt", "\x00\x00"} {
		if said, err := journalio.Read(strings.NewReader(""), []byte(mark), "the journal"); err != nil || said.Entries != 0 {
			t.Errorf("mark %q: %+v, %v", mark, said, err)
		}
	}
}

// TestRefusedJournalsAreClosed: whatever goes wrong, file and mark are closed once, and the mark
// stays.
func TestRefusedJournalsAreClosed(t *testing.T) {
	broken := errors.New("broken")
	torn := func(m *medium) { m.data = append(m.data, `{"seq":4,"at":"20`...) }
	for what, test := range map[string]struct {
		spoil func(*medium)
		fails string
		says  string
	}{
		"a line was changed":           {func(m *medium) { m.data[bytes.Index(m.data, []byte(`"note"`))+1] = 'N' }, "", "read journal the journal: line 1: "},
		"a line is missing":            {func(m *medium) { m.data = m.data[:bytes.IndexByte(m.data, '\n')+1] }, "", "read journal the journal: line 2: it is missing"},
		"it cannot be read":            {nil, "read", "read journal: broken"},
		"its tail cannot be cut off":   {torn, "truncate", "cut torn tail of journal: broken"},
		"the mark cannot be put":       {nil, "put", "mark the end of the journal: broken"},
		"the cut cannot be recorded":   {torn, "write", "write journal: broken"},
		"the record cannot be flushed": {torn, "sync", "sync journal: broken"},
	} {
		m := inMemory(t)
		if test.spoil != nil {
			test.spoil(m)
		}
		before := bytes.Clone(m.data)
		m.fails = map[string]error{test.fails: broken}
		j, said, err := m.resume()
		if j != nil || said != nil || err == nil || !strings.HasPrefix(err.Error(), test.says) {
			t.Errorf("%s: %v, %+v, %v", what, j, said, err)
		}
		closed := slices.DeleteFunc(slices.Clone(m.did), func(did string) bool { return !strings.HasPrefix(did, "close") })
		if !slices.Equal(closed, []string{"close", "close mark"}) || m.mark == nil {
			t.Errorf("%s: did %q", what, m.did)
		}
		if test.spoil == nil && !bytes.Equal(m.data, before) {
			t.Errorf("%s: it was changed", what)
		}
	}
	m := &medium{fails: map[string]error{"put": broken}}
	if j, err := journalio.Create(m, markOf{m}); j != nil || !errors.Is(err, broken) || !slices.Equal(m.did, []string{"put", "close", "close mark"}) {
		t.Errorf("create: %v, %v, did %q", j, err, m.did)
	}
}

// TestAMarkThatFailsEndsTheJournal: a mark that can no longer be put ends the journal, as a full
// disk does, since what is announced afterwards could be lost unnoticed.
func TestAMarkThatFailsEndsTheJournal(t *testing.T) {
	m := &medium{}
	j, err := journalio.Create(m, markOf{m})
	check(t, err)
	check(t, j.Append(true, story()[0]))
	broken := errors.New("broken")
	m.fails = map[string]error{"put": broken}
	for range 2 {
		if err := j.Append(true, story()[1]); !errors.Is(err, broken) {
			t.Errorf("append: %v", err)
		}
	}
	if err := j.Close(); !errors.Is(err, broken) {
		t.Errorf("close: %v", err)
	}
}
