package audit

import (
	"errors"
	"fmt"
	"strings"
)

// findings collects mismatches; only the first few are kept.
type findings struct {
	texts []string
	more  int
}

const shownFindings = 3

func (f *findings) add(format string, args ...any) {
	if len(f.texts) == shownFindings {
		f.more++
		return
	}
	f.texts = append(f.texts, fmt.Sprintf(format, args...))
}

func (f *findings) err() error {
	if len(f.texts) == 0 {
		return nil
	}
	text := strings.Join(f.texts, "; ")
	if f.more > 0 {
		text += fmt.Sprintf("; and %d more", f.more)
	}
	return errors.New(text)
}
