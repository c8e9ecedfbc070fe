package configio

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

var (
	durationType  = reflect.TypeFor[time.Duration]()
	unmarshalType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// setting is one field of a provider's settings.
type setting struct {
	name, help string
	index      []int
	typ        reflect.Type
}

// settings lists the fields of a struct type by their yaml tags; what a key
// means is in their help tags.
func settings(t reflect.Type) []setting {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("settings of type %s: not a struct", t))
	}
	var out []setting
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline" && f.Type.Kind() == reflect.Struct:
			for _, s := range settings(f.Type) {
				s.index = append([]int{i}, s.index...)
				out = append(out, s)
			}
		case name != "" && name != "-" && f.IsExported():
			out = append(out, setting{name: name, help: f.Tag.Get("help"), index: f.Index, typ: f.Type})
		}
	}
	return out
}

func settingNames(s []setting) []string {
	out := make([]string, len(s))
	for i := range s {
		out[i] = s[i].name
	}
	return out
}

// structKeys describes the fields of a settings type.
func structKeys(t reflect.Type, prefix string) []Key {
	var out []Key
	for _, s := range settings(t) {
		out = append(out, Key{Path: prefix + s.name, Kind: kindOf(s.typ), Help: s.help})
		if inner := sectionType(s.typ); inner != nil {
			out = append(out, structKeys(inner, prefix+s.name+".")...)
		}
	}
	return out
}

// sectionType is the struct type that a field holds, or nil.
func sectionType(t reflect.Type) reflect.Type {
	if reflect.PointerTo(t).Implements(unmarshalType) {
		return nil
	}
	if t.Kind() == reflect.Pointer {
		return sectionType(t.Elem())
	}
	if t.Kind() == reflect.Struct {
		return t
	}
	return nil
}

func kindOf(t reflect.Type) string {
	switch {
	case t == durationType:
		return "duration"
	case reflect.PointerTo(t).Implements(unmarshalType):
		return "text"
	}
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "flag"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float64:
		return "number"
	case reflect.Pointer:
		return kindOf(t.Elem())
	case reflect.Struct:
		return "map"
	case reflect.Slice:
		kindOf(t.Elem())
		return "list"
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			kindOf(t.Elem())
			return "map"
		}
	}
	panic(fmt.Sprintf("a setting cannot be of type %s", t))
}

// settingProperties are the fields of a settings type in a schema.
func settingProperties(t reflect.Type) schema {
	out := schema{}
	for _, s := range settings(t) {
		out[s.name] = described(settingSchema(s.typ, s.name), s.help)
	}
	return out
}

func settingSchema(t reflect.Type, name string) schema {
	switch {
	case t == durationType:
		return durationSchema
	case sectionType(t) != nil:
		return members(settingProperties(sectionType(t)))
	case t.Kind() == reflect.Pointer:
		return settingSchema(t.Elem(), name)
	case reflect.PointerTo(t).Implements(unmarshalType):
		return textSchema
	case t.Kind() == reflect.String && isURL(name):
		return urlSchema
	case t.Kind() == reflect.String:
		return textSchema
	case t.Kind() == reflect.Bool:
		return flagSchema
	case t.Kind() == reflect.Float64:
		return floatSchema
	case t.Kind() == reflect.Slice:
		return listOf(settingSchema(t.Elem(), name))
	case t.Kind() == reflect.Map:
		return mapOf(settingSchema(t.Elem(), name))
	}
	return numberSchema(0, mostOf(t))
}

// isURL reports whether a setting of that name holds a URL.
func isURL(name string) bool { return name == "url" || strings.HasSuffix(name, "_url") }

// fill reads entries into the fields of the struct at into and returns those without a field.
func (r *reader) fill(into reflect.Value, entries []entry) []entry {
	known := settings(into.Type())
	var rest []entry
next:
	for _, e := range entries {
		for _, s := range known {
			if s.name == e.key {
				r.set(into.FieldByIndex(s.index), e.value, "`"+s.name+"`", s.name)
				continue next
			}
		}
		rest = append(rest, e)
	}
	return rest
}

// set reads one value into a field. name is the key, which [isURL] looks at.
func (r *reader) set(into reflect.Value, n ast.Node, what, name string) {
	if r.setText(into, n, what, name) {
		return
	}
	switch into.Kind() {
	case reflect.Bool:
		if b, ok := r.boolean(n, what); ok {
			into.SetBool(b)
		}
	case reflect.Float64:
		r.setFloat(into, n, what)
	case reflect.Pointer:
		if into.IsNil() {
			into.Set(reflect.New(into.Type().Elem()))
		}
		r.set(into.Elem(), n, what, name)
	case reflect.Struct:
		if entries, ok := r.mapping(n, what); ok {
			for _, e := range r.fill(into, entries) {
				r.unknown(e, settingNames(settings(into.Type())), "")
			}
		}
	case reflect.Slice:
		items, _ := r.list(n, what)
		into.Set(reflect.MakeSlice(into.Type(), len(items), len(items)))
		for i, item := range items {
			r.set(into.Index(i), item, "an entry of "+what, name)
		}
	case reflect.Map:
		r.setMap(into, n, what, name)
	default:
		r.setInteger(into, n, what)
	}
}

// setText handles the types that are written as text, and reports whether into
// is one of them.
func (r *reader) setText(into reflect.Value, n ast.Node, what, name string) bool {
	switch {
	case into.Type() == durationType:
		if d, ok := r.duration(n, what); ok {
			into.SetInt(int64(d))
		}
	case into.CanAddr() && into.Addr().Type().Implements(unmarshalType):
		text, ok := r.text(n, what)
		// The unmarshaler's error may quote its input.
		if ok && into.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
			r.fail(n, what+" is not a valid value", "")
		}
	case into.Kind() == reflect.String:
		text, ok := r.text(n, what)
		if ok && isURL(name) {
			text, ok = r.url(n, what, text)
		}
		if ok {
			into.SetString(text)
		}
	default:
		return false
	}
	return true
}

// setInteger reads whole numbers. They count things, so they are never
// negative.
func (r *reader) setInteger(into reflect.Value, n ast.Node, what string) {
	if x, ok := r.integer(n, what, 0, mostOf(into.Type())); ok {
		if into.CanUint() {
			into.SetUint(uint64(x))
		} else {
			into.SetInt(x)
		}
	}
}

// mostOf is the largest number of a type, or of an int64.
func mostOf(t reflect.Type) int64 {
	bits := t.Bits()
	switch unsigned := t.Kind() >= reflect.Uint; {
	case bits == 64:
		return math.MaxInt64
	case unsigned:
		return 1<<bits - 1
	}
	return 1<<(bits-1) - 1
}

func (r *reader) setFloat(into reflect.Value, n ast.Node, what string) {
	text, ok := r.text(n, what)
	if !ok {
		return
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x < 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		r.fail(n, what+" must be a number that is not negative", "")
		return
	}
	into.SetFloat(x)
}

func (r *reader) setMap(into reflect.Value, n ast.Node, what, name string) {
	entries, ok := r.mapping(n, what)
	if !ok {
		return
	}
	into.Set(reflect.MakeMapWithSize(into.Type(), len(entries)))
	for _, e := range entries {
		value := reflect.New(into.Type().Elem()).Elem()
		r.set(value, e.value, "a value of "+what, name)
		into.SetMapIndex(reflect.ValueOf(e.key).Convert(into.Type().Key()), value)
	}
}
