package reportio

// packNumbers encodes a column of numbers compactly: one number for all lines, the
// lines whose number is not 0, the steps from line to line, or all numbers.
func packNumbers(numbers []int) any {
	same, smaller, filled := true, 0, make([]int, 0, len(numbers))
	for i, n := range numbers {
		same = same && n == numbers[0]
		if n != 0 {
			filled = append(filled, i)
		}
		if i > 0 && abs(n-numbers[i-1])*8 < abs(n) {
			smaller++
		}
	}
	switch {
	case same:
		return numbers[0]
	case len(filled)*3 <= len(numbers):
		values := make([]any, len(filled))
		for i, line := range filled {
			values[i] = numbers[line]
		}
		return richColumn{At: steps(filled), Values: values}
	case smaller*2 > len(numbers):
		return struct {
			S []int `json:"s"`
		}{steps(numbers)}
	}
	return numbers
}

// steps are the differences from each number to the next.
func steps(numbers []int) []int {
	out := make([]int, len(numbers))
	last := 0
	for i, n := range numbers {
		out[i], last = n-last, n
	}
	return out
}

func abs(n int) int { return max(n, -n) }
