package account_test

import (
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/providers/all"
	"keyroster/providers/httpapi"
)

func TestCallLogCountsNoRepetition(t *testing.T) {
	log := account.NewCallLog(all.Lookup("doorflow"))
	read := httpapi.Event{Kind: httpapi.Attempted, Op: httpapi.Read, Method: "GET", Path: "/none/1", Attempt: 1}
	log.Observe(read)
	log.Observe(read)
	read.Attempt = 2
	log.Observe(read)
	total := 0
	for _, n := range log.Calls() {
		total += n
	}
	if total != 2 {
		t.Errorf("%d calls of 2", total)
	}
}
