package sealio

import (
	"bufio"
	"encoding/binary"
	"io"
	"reflect"
	"strings"
	"time"

	"keyroster/reconcile"
)

// oldMembers are the members of each type in the order of the encodings before gob, with
// the version that added them. Numbers are varints; texts, lists and tables are preceded
// by their length, parts by a 1, or replaced with a 0. The table never changes again.
var oldMembers = map[string]string{
	"Packed":       "Schemas Sets Plan Roster Listing Meta",
	"Schema":       "Provider Noun Holder Columns Unique OneEach Lane KeepUnlisted CardTypes Details",
	"Column":       "Name Aliases Role Kind Can Pairs Version Local Field Help Words Example",
	"Unique":       "Column Scope Fold",
	"Detail":       "Column Sheet Members",
	"DetailMember": "Header Member Truth",
	"PackedPlan":   "Want Have Lines Chains OutOfScope Matched Texts Circles Notes Issued Joined:3",
	"Line":         "Row Record Fields Reason Chain Situation Action Outcome Effect Ending:2",
	"PackedRoster": "Rows Files Places Problems Invalid FileErrors Unread:2 Unlocated Refused",
	"File":         "Name SHA256 Sheets Rows Managed Partial SideFiles",
	"SideFile":     "Name SHA256",
	"place":        "File Sheet Line",
	"PackedCell":   "Column Text",
	"Problem":      "File Sheet Line LastLine:2 Cell Column Kind Severity Message Read Likely Remedy",
	"PackedListing": "Records Total Pages Strategy Why Evidence At Untouchable Replaced:2 Ending:2 " +
		"Beyond:3 Unseen:3 Effect Effects",
	"Ending":        "Words InTheWay",
	"UncoveredPart": "Name Reason",
	"EffectState":   "Effect Words",
}

// dropped are members that no longer exist; nothing used them.
var dropped = map[string]reflect.Type{"Scope": reflect.TypeFor[[]string](), "Fold": reflect.TypeFor[bool]()}

// meanings are those of columns by name, which old encodings do not contain.
var meanings = map[string]reconcile.Meaning{
	"holder_id": reconcile.HolderID, "holder_name": reconcile.HolderName,
	"holder_email": reconcile.HolderEmail, "holder_ref": reconcile.HolderRef,
	"type": reconcile.TypeID, "type_name": reconcile.TypeName, "title": reconcile.Title,
	"acs_system_id": reconcile.System, "status": reconcile.Status,
	"starts_at": reconcile.StartsAt, "ends_at": reconcile.EndsAt, "entrances": reconcile.Entrances,
	"issued": reconcile.Issued, "fingerprint": reconcile.Fingerprint, "display_name": reconcile.DisplayName,
}

// old reads an encoding from before gob. After an error it reads nothing more.
type old struct {
	in      *bufio.Reader
	version int
	packed  *reconcile.Packed
	err     error
}

func decodeOld(in *bufio.Reader, version int, packed *reconcile.Packed) error {
	o := &old{in: in, version: version, packed: packed}
	o.read(reflect.ValueOf(packed).Elem())
	for _, schema := range packed.Schemas {
		for n := range schema.Columns {
			schema.Columns[n].Means = meanings[schema.Columns[n].Name]
		}
	}
	return o.err
}

func (o *old) check(ok bool) {
	if !ok && o.err == nil {
		o.err = errContent
	}
}

func (o *old) uint() uint64 {
	if o.err != nil {
		return 0
	}
	var n uint64
	n, o.err = binary.ReadUvarint(o.in)
	return n
}

func (o *old) int() int64 {
	u := o.uint()
	return int64(u>>1) ^ -int64(u&1)
}

// bytes appends the next n bytes; memory grows only as they arrive, since n may be wrong.
func (o *old) bytes(dst []byte, n uint64) []byte {
	o.check(n < 1<<31)
	for n > 0 && o.err == nil {
		start := len(dst)
		dst = append(dst, make([]byte, min(n, 64<<10))...)
		_, o.err = io.ReadFull(o.in, dst[start:])
		n -= uint64(len(dst) - start)
	}
	return dst
}

func (o *old) read(v reflect.Value) {
	switch at := v.Addr().Interface().(type) {
	case *reconcile.PackedSet:
		o.set(at)
		return
	case *time.Time:
		o.check(at.UnmarshalBinary(o.bytes(nil, o.uint())) == nil)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		u := o.uint()
		o.check(u <= 1)
		v.SetBool(u == 1)
	case reflect.String:
		v.SetString(string(o.bytes(nil, o.uint())))
	case reflect.Slice:
		for n := o.uint(); n > 0 && o.err == nil; n-- {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			o.read(v.Index(v.Len() - 1))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for n := o.uint(); n > 0 && o.err == nil; n-- {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			o.read(key)
			o.read(value)
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		if u := o.uint(); u != 0 && o.err == nil {
			o.check(u == 1)
			v.Set(reflect.New(v.Type().Elem()))
			o.read(v.Elem())
		}
	case reflect.Struct:
		o.members(v)
	default:
		o.number(v)
	}
}

func (o *old) number(v reflect.Value) {
	n := o.int()
	if v.CanInt() {
		o.check(!v.OverflowInt(n))
		v.SetInt(n)
		return
	}
	o.check(!v.OverflowUint(uint64(n)))
	v.SetUint(uint64(n))
}

func (o *old) members(v reflect.Value) {
	for member := range strings.FieldsSeq(oldMembers[v.Type().Name()]) {
		name, since, _ := strings.Cut(member, ":")
		if since <= string('0'+rune(o.version)) && o.err == nil {
			field := v.FieldByName(name)
			if !field.IsValid() {
				field = reflect.New(dropped[name]).Elem()
			}
			o.read(field)
		}
	}
}

// set reads the records of a set into chunks.
func (o *old) set(s *reconcile.PackedSet) {
	s.Schema = int(o.int()) + 1
	n := o.uint()
	if s.Schema < 1 || s.Schema > len(o.packed.Schemas) {
		o.check(false)
		return
	}
	columns := len(o.packed.Schemas[s.Schema-1].Columns)
	o.check(columns > 0)
	var chunk []byte
	for ; n > 0 && o.err == nil; n-- {
		for range columns {
			code := o.uint()
			chunk = binary.AppendUvarint(chunk, code)
			if code > uint64(reconcile.Masked) {
				chunk = o.bytes(chunk, code-uint64(reconcile.Filled))
			}
		}
		if len(chunk) >= reconcile.ChunkSize || n == 1 {
			o.packed.Chunks = append(o.packed.Chunks, chunk)
			s.Chunks++
			chunk = nil
		}
	}
}
