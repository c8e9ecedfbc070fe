package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// stubs are hosts that answer as no sandbox does. Each says how it answers everything but the
// request for the account, which exists.
var stubs = map[string]http.HandlerFunc{
	// tls has a certificate that no client trusts.
	"tls": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") },
	// html is a gateway's page under 200.
	"html": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><title>Please sign in</title>")
	},
	// cut is JSON that ends too early, though the length is right.
	"cut": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Total", "2")
		fmt.Fprint(w, `[{"id":"K1","credential_type_id":32,"person_id":501,"value":"0010000001"`)
	},
	// type is a list under a type that is not JSON.
	"type": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		w.Header().Set("Total", "0")
		fmt.Fprint(w, "\x89PNG\r\n\x1a\n")
	},
	// moved sends the client, and its token, to another host.
	"moved": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.1:1/elsewhere", http.StatusFound)
	},
	// ahead is an empty account of a host whose clock is an hour ahead.
	"ahead": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Total", "0")
		fmt.Fprint(w, "[]")
	},
	// object is an object where the contract has a list.
	"object": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"credentials":[]}`)
	},
}

func cmdStub(ts *testscript.TestScript, args []string) {
	name, kind := args[0], args[1]
	answer := stubs[kind]
	if answer == nil {
		ts.Fatalf("no stub is called %s", kind)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", answer)
	if kind != "tls" {
		mux.HandleFunc("GET /api/3/account", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if kind == "ahead" {
				w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			}
			fmt.Fprint(w, `{"id":"stub01","name":"Stub account","time_zone":"Etc/UTC","sync":{"status":"complete"}}`)
		})
	}
	server := httptest.NewUnstartedServer(mux)
	// The handshakes are meant to fail here.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if kind == "tls" {
		server.StartTLS()
	} else {
		server.Start()
	}
	ts.Defer(server.Close)
	worldOf(ts).urls[name] = server.URL
	ts.Setenv(name+"_URL", server.URL)
	ts.Setenv(name+"_TOKEN", "at_stub_0123456789abcdef")
}
