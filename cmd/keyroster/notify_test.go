package main

import (
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"keyroster/io/notifyio/notifytest"
)

func cmdBell(ts *testscript.TestScript, args []string) {
	bell := notifytest.NewWebhookServer()
	if len(args) > 1 && args[1] == "tls" {
		bell.Close()
		bell = notifytest.NewTLSWebhookServer()
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), bell.CA, 0o600))
	}
	ts.Defer(bell.Close)
	ts.Setenv(args[0]+"_URL", bell.URL)
	worldOf(ts).heard[args[0]] = func() []string {
		var out []string
		for _, c := range bell.Calls() {
			out = append(out, c.Path+" "+c.Type+" "+c.Body)
		}
		return out
	}
}

func cmdMailbox(ts *testscript.TestScript, args []string) {
	start := notifytest.NewMailbox
	if len(args) > 1 && args[1] == "tls" {
		start = notifytest.NewTLSMailbox
	}
	box, err := start()
	ts.Check(err)
	if box.CA != nil {
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), box.CA, 0o600))
	}
	ts.Defer(box.Close)
	ts.Setenv(args[0]+"_HOST", box.Host)
	ts.Setenv(args[0]+"_PORT", strconv.Itoa(box.Port))
	worldOf(ts).heard[args[0]] = box.Mails
}

func cmdHeard(ts *testscript.TestScript, args []string) {
	heard := worldOf(ts).heard[args[0]]
	if heard == nil {
		ts.Fatalf("nothing is called %s", args[0])
	}
	texts := heard()
	n := matching(ts, texts, args[2])
	if want := args[1]; want == "+" && n == 0 || want != "+" && strconv.Itoa(n) != want {
		ts.Fatalf("%s heard %d times of %s, want %s: %q", args[0], n, args[2], want, texts)
	}
}
