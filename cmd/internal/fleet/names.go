package fleet

import (
	"os"
	"strconv"
	"strings"

	"keyroster/cmd/internal/failure"
)

// NameOf is the name of a worker: the one that was said, else one of the machine and the
// process. It stands on the board and in the queue; the error is of kind Usage.
func NameOf(said string) (string, error) {
	if said == "" {
		host, err := os.Hostname()
		if err != nil || host == "" {
			host = "worker"
		}
		return host + "-" + strconv.Itoa(os.Getpid()), nil
	}
	if len(said) > 80 || strings.ContainsFunc(said, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", failure.New(failure.Usage, "for example --name north-1",
			"a worker's name has at most 80 letters, digits and signs, and no space")
	}
	return said, nil
}
