package journalio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"keyroster/io/plainfile"
)

// MarkSuffix is what the name of a journal's mark ends with.
const MarkSuffix = ".mark"

// point is a line of a journal that is known to have been there.
type point struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// marked is what the mark beside an open journal says: how far it went. The
// chain alone cannot tell that whole lines are missing at its end.
//
// A line that was written survives the death of the process, but not that of
// the machine; so it is wanted only while the machine has not been started
// again. One that was synced is wanted whatever happened.
type marked struct {
	Boot    string `json:"boot"`
	Written point  `json:"written"`
	Synced  point  `json:"synced"`
}

// wanted is the last line that must be there.
func (m marked) wanted() point {
	if boot := bootID(); boot != "" && boot == m.Boot && m.Written.Seq > m.Synced.Seq {
		return m.Written
	}
	return m.Synced
}

// mark is the file that says so. It is rewritten in place, by one write of a
// fixed length that no death of the process can cut, and never synced: losing
// it to a power cut loses a check and no line.
type mark struct {
	file *os.File
	says marked
}

// bootID names this run of the machine. The tests start it again.
var bootID = machineBoot

// markLength is the length of the file. It is the least that disks write.
const markLength = 512

// markMax bounds what is read of one.
const markMax = 64 << 10

// openMark opens the mark of a journal, or makes it, at the journal's last line.
func openMark(path string, last point) (*mark, error) {
	f, err := os.OpenFile(path+MarkSuffix, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("mark the end of the journal: %w", err)
	}
	m := &mark{file: f, says: marked{Boot: bootID(), Written: last}}
	if err := m.write(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return m, nil
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
		_, err = m.file.WriteAt(line, 0)
	}
	if err != nil {
		return fmt.Errorf("mark the end of the journal: %w", err)
	}
	return nil
}

// close lets go of the mark; ended takes it away, since the end of a journal
// that is closed is known from its last line.
func (m *mark) close(ended bool) error {
	err := m.file.Close()
	if ended {
		err = errors.Join(err, os.Remove(m.file.Name()))
	}
	if err != nil {
		return fmt.Errorf("close the mark of the journal: %w", err)
	}
	return nil
}

// readMark is the line that the journal at path must have at least. A mark that
// is not there, or that a power cut spoilt, wants none.
func readMark(path string) (point, error) {
	text, err := plainfile.Read(path+MarkSuffix, markMax)
	if errors.Is(err, fs.ErrNotExist) {
		return point{}, nil
	}
	if err != nil {
		return point{}, fmt.Errorf("read the mark of the journal: %w", err)
	}
	var says marked
	if json.Unmarshal(text, &says) != nil {
		return point{}, nil
	}
	return says.wanted(), nil
}
