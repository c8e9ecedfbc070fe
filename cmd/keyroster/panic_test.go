package main

import (
	"os"

	"keyroster/io/journalio"
)

// panickingName is the name under which this test binary is a keyroster with a mistake: it panics
// in a command that reads a roster (KEYROSTER_TEST_PANIC=env), or when it writes the journal's
// first line (journal).
const panickingName, panicAt = "keyroster-panicking", "KEYROSTER_TEST_PANIC"

func panicking() {
	if os.Getenv(panicAt) == "journal" {
		tuned.append = func(*journalio.Journal, bool, ...journalio.Entry) error { panic("value 0010000001") }
		main()
		return
	}
	getenv := func(name string) string {
		if name == "SB_TOKEN" {
			var none []string
			return none[len(name)]
		}
		return os.Getenv(name)
	}
	os.Exit(execute(os.Args[1:], getenv, os.Stdin, os.Stdout, os.Stderr))
}
