package journalio

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MarkSuffix is what the name of a journal's mark ends with.
const MarkSuffix = ".mark"

// point is a line of a journal that is known to have been there.
type point struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// marked is the content of the mark beside an open journal: how far it went. The
// chain alone does not show whether whole lines are missing at its end.
//
// A line that was written survives the end of the process, but not of the machine; so it
// is required only until the machine is restarted. One that was synced is always required.
type marked struct {
	Boot    string `json:"boot"`
	Written point  `json:"written"`
	Synced  point  `json:"synced"`
}

// required is the last line that must be there.
func (m marked) required() point {
	if boot := bootID(); boot != "" && boot == m.Boot && m.Written.Seq > m.Synced.Seq {
		return m.Written
	}
	return m.Synced
}

// mark maintains it. Its text is replaced by one write of a fixed length, which the end of the
// process cannot cut, and never synced: losing it to a power cut costs a check but no line.
type mark struct {
	to   Mark
	says marked
}

// bootID names this run of the machine. Tests simulate restarts with it.
var bootID = machineBoot

// markLength is the length of the text: the least that disks write.
const markLength = 512

// MarkMax bounds what is read of a mark.
const MarkMax = 64 << 10

// placeMark puts a mark at a journal's last line.
func placeMark(to Mark, last point) (*mark, error) {
	m := &mark{to: to, says: marked{Boot: bootID(), Written: last}}
	return m, m.write()
}

func (m *mark) written(seq int64, hash string) error {
	m.says.Written = point{seq, hash}
	return m.write()
}

func (m *mark) synced(p point) error {
	m.says.Synced = p
	return m.write()
}

func (m *mark) write() error {
	text, err := json.Marshal(m.says)
	if err == nil {
		line := append(bytes.Repeat([]byte{' '}, markLength-1), '\n')
		copy(line, text)
		err = m.to.Put(line)
	}
	if err != nil {
		return fmt.Errorf("mark the end of the journal: %w", err)
	}
	return nil
}

// close releases the mark; ended removes it, since the end of a closed journal is
// known from its last line.
func (m *mark) close(ended bool) error {
	if err := m.to.Close(ended); err != nil {
		return fmt.Errorf("close the mark of the journal: %w", err)
	}
	return nil
}

// requiredBy is the line up to which a journal must go, by the text of its mark. A
// mark that is missing, or that a power cut spoilt, requires none.
func requiredBy(text []byte) point {
	var says marked
	if json.Unmarshal(text, &says) != nil {
		return point{}
	}
	return says.required()
}
