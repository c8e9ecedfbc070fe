package reportio

import (
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
