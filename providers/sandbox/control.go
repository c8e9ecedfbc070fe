package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
)

// controlPrefix begins the paths that belong to the sandbox and not to the API.
const controlPrefix = "/_sandbox/"

// maxEdit bounds the body of an edit.
const maxEdit = 64 << 20

// controls serves the control paths: without auth, faults, latency or log entries, and only
// to loopback.
func (s *Server) controls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+controlPrefix+"state", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, s.api.State())
	})
	mux.HandleFunc("GET "+controlPrefix+"log", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, s.Log())
	})
	mux.HandleFunc("POST "+controlPrefix+"reset", func(w http.ResponseWriter, r *http.Request) {
		s.api.Reset()
		s.journal.reset()
		s.faultSource.reset()
		s.bucket.reset()
		reply(w, http.StatusOK, map[string]string{"result": "ok"})
	})
	mux.HandleFunc("POST "+controlPrefix+"edit", s.edit)
	mux.HandleFunc(controlPrefix, func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, errors.New("there are GET state, GET log, POST reset and POST edit"))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fromLoopback(r.RemoteAddr) {
			refuse(w, http.StatusForbidden, errors.New("control paths answer on loopback only"))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// Log returns a copy of the log of requests, as GET /_sandbox/log shows it.
func (s *Server) Log() []Entry { return s.journal.entries() }

func (s *Server) edit(w http.ResponseWriter, r *http.Request) {
	edit, err := readEdit(http.MaxBytesReader(w, r.Body, maxEdit))
	if err == nil {
		err = s.api.Edit(edit)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	reply(w, http.StatusOK, map[string]string{"result": "ok"})
}

// readEdit reads and validates an edit.
func readEdit(body io.Reader) (Edit, error) {
	var e Edit
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil {
		return Edit{}, fmt.Errorf("read edit: %v", err)
	}
	kinds := 0
	for _, given := range []bool{len(e.Set) > 0, e.Delete, len(e.Insert) > 0} {
		if given {
			kinds++
		}
	}
	switch {
	case e.Collection == "":
		return Edit{}, errors.New("read edit: collection is missing")
	case kinds != 1:
		return Edit{}, errors.New("read edit: give exactly one of set, delete and insert")
	case len(e.Insert) > 0 && len(e.ID) > 0:
		return Edit{}, errors.New("read edit: an insert has its id inside")
	case len(e.Insert) == 0 && len(e.ID) == 0:
		return Edit{}, errors.New("read edit: id is missing")
	}
	return e, nil
}

// fromLoopback reports whether a client is on this machine, or the request never crossed a
// network.
func fromLoopback(remote string) bool {
	if remote == "" {
		return true
	}
	address, err := netip.ParseAddrPort(remote)
	return err == nil && address.Addr().Unmap().IsLoopback()
}

func refuse(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}

func reply(w http.ResponseWriter, status int, value any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		http.Error(w, "encode answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	Send(w, status, "application/json", body.Bytes())
}
