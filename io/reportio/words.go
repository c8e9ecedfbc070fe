package reportio

import (
	"fmt"
	"strconv"
	"strings"
)

// Count says how many there are of something: 1 row, 2,000 rows.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Thousands(n) + " " + noun + "s"
}

// Thousands writes a number as people read it: 12,345.
func Thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// JoinFilled joins the texts that are not empty.
func JoinFilled(separator string, texts ...string) string {
	filled := texts[:0:0]
	for _, t := range texts {
		if t != "" {
			filled = append(filled, t)
		}
	}
	return strings.Join(filled, separator)
}

// amount is a number with the word for what is counted.
type amount struct {
	n    int
	word string
}

// amounts are those that are not 0: 2 failed, 1,000 blocked.
func amounts(all ...amount) string {
	var words []string
	for _, a := range all {
		if a.n > 0 {
			words = append(words, Thousands(a.n)+" "+a.word)
		}
	}
	return strings.Join(words, ", ")
}

// during adds to an error, unless it is nil, what was being done.
func during(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
