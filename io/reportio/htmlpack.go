package reportio

// packTexts is a column of texts in the fewest characters that are quick to
// read: one text for all lines, only the lines that have one, a dictionary,
// or all texts.
func packTexts(texts []string) any {
	at := map[string]int{}
	var dictionary []string
	numbers, filled := make([]int, len(texts)), make([]int, 0, len(texts))
	for i, text := range texts {
		n, ok := at[text]
		if !ok {
			n = len(dictionary)
			at[text], dictionary = n, append(dictionary, text)
		}
		numbers[i] = n
		if text != "" {
			filled = append(filled, i)
		}
	}
	switch {
	case len(dictionary) == 1:
		return dictionary[0]
	case len(dictionary)*2 <= len(texts):
		return struct {
			D []string `json:"d"`
			I any      `json:"i"`
		}{dictionary, packNumbers(numbers)}
	case len(filled)*2 <= len(texts):
		values := make([]any, len(filled))
		for i, line := range filled {
			values[i] = texts[line]
		}
		return richColumn{At: steps(filled), Values: values}
	}
	return texts
}

// packNumbers is a column of numbers likewise: one number, the lines whose
// number is not 0, the steps from line to line, or all numbers.
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

// steps is each number less the one before.
func steps(numbers []int) []int {
	out := make([]int, len(numbers))
	last := 0
	for i, n := range numbers {
		out[i], last = n-last, n
	}
	return out
}

func abs(n int) int { return max(n, -n) }
