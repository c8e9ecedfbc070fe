package manual

import (
	"regexp"
	"strings"

	"keyroster/io/termio"
)

const (
	// leastBeside is how many columns an explanation needs beside its term; if fewer are left
	// it goes below, indented by belowMargin.
	leastBeside = 30
	belowMargin = 10
)

// beside matches a line of a list: a flag, command or code, a gap, and its explanation.
var beside = regexp.MustCompile(`^( +\S.*?  +)(\S.*)$`)

// narrow folds the help of a command to a width. Prose is filled again, and explanations
// continue below their beginning. Examples stay whole, so that they can be copied, and so does
// a section whose lines all fit.
func narrow(text string, width int) string {
	sections := strings.Split(text, "\n\n")
	for n, section := range sections {
		if !strings.HasPrefix(section, "Examples:") && widest(section) > width {
			sections[n] = fit(section, width)
		}
	}
	return strings.Join(sections, "\n\n")
}

func widest(text string) int {
	most := 0
	for _, line := range strings.Split(text, "\n") {
		most = max(most, termio.Width(line))
	}
	return most
}

// fit folds one section: its prose, and each entry of its list with its continuation lines.
func fit(section string, width int) string {
	var out strings.Builder
	listed := strings.Split(section, "\n")
	below := belongsBelow(listed, width)
	for n := 0; n < len(listed); n++ {
		entry, begin := listed[n], ""
		if parts := beside.FindStringSubmatch(entry); parts != nil {
			begin, entry = parts[1], parts[2]
		} else if strings.HasPrefix(entry, " ") || entry == "" {
			out.WriteString(entry + "\n")
			continue
		}
		for wide := termio.Width(begin); n+1 < len(listed) && continuesEntry(listed[n+1], wide); n++ {
			entry += " " + strings.TrimSpace(listed[n+1])
		}
		if begin != "" && below {
			out.WriteString(strings.TrimRight(begin, " ") + "\n")
			begin = strings.Repeat(" ", belowMargin)
		}
		Style{Width: width}.wrap(&out, begin, entry)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// belongsBelow reports whether a list leaves too little room beside its terms.
func belongsBelow(listed []string, width int) bool {
	for _, line := range listed {
		if parts := beside.FindStringSubmatch(line); parts != nil && width-termio.Width(parts[1]) < leastBeside {
			return true
		}
	}
	return false
}

// continuesEntry reports whether a line continues an entry whose explanation begins at a column; prose
// begins at the first column.
func continuesEntry(line string, column int) bool {
	rest := strings.TrimLeft(line, " ")
	return rest != "" && len(line)-len(rest) == column && !beside.MatchString(line)
}
