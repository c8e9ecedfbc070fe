package reportio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
	"strings"

	"keyroster/reconcile"
)

// ComputeDigest is the digest of the plan: sha256: and the hex SHA-256 of its
// canonical form. It depends only on what would be sent to which account under
// which limits and from which bytes: not on time, tool, file names of rosters, the
// order of the provider's listing, or records that stay as they are.
//
// The canonical form is a sequence of items. An item is the decimal length of
// its bytes, a colon, and the bytes, so that no two sequences look alike:
//
//	keyroster/plan/1, account, provider
//	limits, their number, then name and value (20% or 15) of each, by name
//	roster, their number, then the sha256 of each, in order; behind that of one with wide
//	tables: wide, the number of their columns of values, then header and type of each
//	side_files, their number, then file and sha256 of each, by file
//	lines, their number, then the hash of each line to be sent, sorted
//
// The lines to be sent are those whose outcome is planned. The hash of a line
// is the raw SHA-256 of the items
//
//	action, credential_id, holder_id, type, the number of fields, then the name of each, sorted
func (p *PlanFile) ComputeDigest() (string, error) {
	h := sha256.New()
	items(h, PlanSchema, p.Account, p.Provider)
	items(h, "limits", strconv.Itoa(len(p.Limits)))
	for _, name := range slices.Sorted(maps.Keys(p.Limits)) {
		items(h, name, p.Limits[name].String())
	}
	items(h, "roster", strconv.Itoa(len(p.Roster)))
	for _, r := range p.Roster {
		items(h, r.SHA256)
		if len(r.Wide) > 0 {
			items(h, "wide", strconv.Itoa(len(r.Wide)))
		}
		for _, c := range r.Wide {
			items(h, c.Header, c.Type)
		}
	}
	items(h, "side_files", strconv.Itoa(len(p.SideFiles)))
	side := slices.SortedFunc(slices.Values(p.SideFiles), func(a, b Input) int {
		return strings.Compare(a.File+"\x00"+a.SHA256, b.File+"\x00"+b.SHA256)
	})
	for _, f := range side {
		items(h, f.File, f.SHA256)
	}
	lines, err := p.lineHashes()
	if err != nil {
		return "", err
	}
	items(h, "lines", strconv.Itoa(len(lines)))
	for i := range lines {
		items(h, string(lines[i][:]))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

// lineHashes are the sorted hashes of the lines to be sent: 32 bytes each are
// all that is held of a plan.
func (p *PlanFile) lineHashes() ([][sha256.Size]byte, error) {
	var hashes [][sha256.Size]byte
	h := sha256.New()
	var names []string
	for line, err := range p.lines() {
		if err != nil {
			return nil, fmt.Errorf("read plan lines: %w", err)
		}
		if line.Outcome != reconcile.Planned {
			continue
		}
		names = names[:0]
		for i := range line.Fields {
			names = append(names, line.Fields[i].Name)
		}
		slices.Sort(names)
		h.Reset()
		items(h, line.Action.String(), line.CredentialID, line.HolderID, line.Type, strconv.Itoa(len(names)))
		items(h, names...)
		hashes = append(hashes, [sha256.Size]byte(h.Sum(nil)))
	}
	slices.SortFunc(hashes, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	return hashes, nil
}

func items(h hash.Hash, texts ...string) {
	var length [20]byte
	for _, text := range texts {
		_, _ = h.Write(append(strconv.AppendInt(length[:0], int64(len(text)), 10), ':'))
		_, _ = h.Write([]byte(text))
	}
}
