package journalio

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// DamageError says that a journal is not as it was written.
type DamageError struct {
	// Name is the journal's, for a person.
	Name string
	// Line is the number of the first bad line, from 1.
	Line int
	// Reason says what is wrong with it, without quoting it.
	Reason string
}

// Error implements error.
func (e *DamageError) Error() string {
	return fmt.Sprintf("read journal %s: line %d: %s", e.Name, e.Line, e.Reason)
}

// Read verifies a journal, also against the text of its mark, and writes nothing.
// markText is empty where there is no mark; name is the journal's in messages. A torn
// tail is not an error: [Replay] says how long it is. A journal that was changed is a
// [DamageError], and so is an empty one whose mark requires lines: for a journal that
// is gone, pass an empty reader to learn whether it had any.
func Read(r io.Reader, markText []byte, name string) (*Replay, error) {
	replayed, damage, err := Salvage(r, markText, name)
	if damage != nil {
		return nil, damage
	}
	if err != nil {
		return nil, err
	}
	return replayed, nil
}

// Salvage is [Read] of the lines before the first bad one of a journal that was
// changed. It is only for informing a person about a run that cannot go on: what
// happened after that line is not known.
func Salvage(r io.Reader, markText []byte, name string) (*Replay, *DamageError, error) {
	replayed, _, err := replay(r, name, requiredBy(markText))
	if damage, ok := errors.AsType[*DamageError](err); ok {
		return replayed, damage, nil
	}
	return replayed, nil, err
}

// missing is the damage of a journal that ends too early.
func missing(name string, entries int, last int64) *DamageError {
	reason := "it is missing"
	if more := last - int64(entries) - 1; more > 0 {
		reason = fmt.Sprintf("it is missing, and so are lines up to %d", last)
	}
	return &DamageError{Name: name, Line: entries + 1, Reason: reason}
}

// replay reads a journal to its end and returns the length of its good lines; with a [DamageError],
// of those before the damage. The journal must have the line least, unless that is zero.
func replay(r io.Reader, name string, least point) (*Replay, int64, error) {
	out := newReplay()
	in := bufio.NewReaderSize(r, 64<<10)
	var p parser
	var good int64
	for {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, 0, fmt.Errorf("read journal: %w", err)
		}
		seq := int64(out.Entries) + 1
		if err != nil {
			if !torn(line, seq) {
				return out, good, &DamageError{Name: name, Line: int(seq), Reason: errForm.Error()}
			}
			if seq <= least.Seq {
				return out, good, missing(name, out.Entries, least.Seq)
			}
			out.Torn = int64(len(line))
			return out, good, nil
		}
		entry, err := p.parse(line[:len(line)-1], seq, out.LastHash)
		if err != nil {
			return out, good, &DamageError{Name: name, Line: int(seq), Reason: err.Error()}
		}
		if seq == least.Seq && entry.Hash != least.Hash {
			return out, good, &DamageError{Name: name, Line: int(seq), Reason: "another line was written there"}
		}
		out.add(entry)
		good += int64(len(line))
	}
}

// torn reports whether the text after the last line feed can be the beginning of
// line seq, as a cut write leaves it: not a whole line whose line feed was changed,
// nor text with which no line of a journal begins.
func torn(tail []byte, seq int64) bool {
	tail = bytes.TrimRight(tail, "\x00")
	begin := []byte(`{"seq":` + strconv.FormatInt(seq, 10) + `,"at":"`)
	n := min(len(tail), len(begin))
	if !bytes.Equal(tail[:n], begin[:n]) {
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(tail))
	var whole json.RawMessage
	return dec.Decode(&whole) != nil || dec.InputOffset() == int64(len(tail))
}
