package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"keyroster/io/configio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// overrideShape is the name under which files record --accept-shape.
const overrideShape = "accept-shape"

const shapeHelp = "`TYPE=SHAPE`: values of this shape are right for the type, as \"Proximity card=digits:8-10\" (repeatable); recorded"

// saidShape is what a person says of the values of a type, by whatever name.
type saidShape struct {
	kind  string
	shape shape.Shape
	// flag: on the command line, else in the configuration.
	flag bool
}

// saidShapes are those of the configuration, then those of the flags.
func (f *planFlags) saidShapes(config map[string]shape.Shape) ([]saidShape, error) {
	var out []saidShape
	for _, kind := range slices.Sorted(maps.Keys(config)) {
		out = append(out, saidShape{kind: kind, shape: config[kind]})
	}
	for _, pair := range f.shapes {
		kind, text, ok := strings.Cut(pair, "=")
		if kind = strings.TrimSpace(kind); !ok || kind == "" {
			return nil, fail(exitUsage, `for example --accept-shape "Proximity card=digits:8-10"`, "--accept-shape takes TYPE=SHAPE, not %q", pair)
		}
		s, err := shape.Parse(text)
		if err != nil {
			return nil, &failure{code: exitUsage, err: fmt.Errorf("--accept-shape %s: %w", kind, err), hint: `for example digits:8-10, hex:8, alnum:6-12 or digits:3+":"+digits:5`}
		}
		out = append(out, saidShape{kind: kind, shape: s, flag: true})
	}
	return out, nil
}

// liftedShapes are what a person said of values, as overrides.
func liftedShapes(said []saidShape) []lifted {
	var out []lifted
	for _, s := range said {
		if s.flag {
			out = append(out, lifted{overrideShape, s.kind + "=" + s.shape.String(), ""})
		} else {
			out = append(out, lifted{"shapes", s.kind + ": " + s.shape.String(), "the configuration"})
		}
	}
	return out
}

// accepting are the flags of a run with the shapes that its plan was approved with.
func (s *savedPlan) accepting(flags *planFlags) *planFlags {
	out := *flags
	out.shapes = slices.Clone(flags.shapes)
	for _, o := range s.Overrides {
		if o.Name == overrideShape && !slices.Contains(out.shapes, o.Value) {
			out.shapes = append(out.shapes, o.Value)
		}
	}
	return &out
}

// shapesFor is what the comparison of a draft is told about values. find are the
// ids of the types that a text names.
func (d *draft) shapesFor(f *planFlags, acc *account, find func(text string) ([]string, error)) (reconcile.Shapes, error) {
	out := reconcile.Shapes{Cards: acc.mask.CardTypes(), Joining: f.additive, Accepted: map[string][]shape.Shape{}}
	d.seen = nil
	out.Warn = func(p reconcile.Problem) { d.seen = append(d.seen, p) }
	said, err := f.saidShapes(acc.config.Shapes)
	if err != nil {
		return out, err
	}
	for _, s := range said {
		ids, err := find(s.kind)
		if err != nil {
			return out, err
		}
		for _, id := range ids {
			out.Accepted[id] = append(out.Accepted[id], s.shape)
		}
	}
	return out, nil
}

// typeNamed finds the types of an account that a text names: by what the provider
// says, and by the records.
func (a *app) typeNamed(ctx context.Context, acc *account, records *reconcile.Set) func(text string) ([]string, error) {
	return func(text string) ([]string, error) {
		listed, names := listedTypes(records, text)
		finder, ok := acc.provider.(typeFinder)
		if !ok {
			return orUnknown(acc, text, listed, names)
		}
		ids, err := finder.TypeIDs(ctx, text)
		if err != nil && reconcile.ClassOf(err) != reconcile.Denied {
			return nil, fmt.Errorf("find type %s: %w", text, err)
		}
		for _, id := range listed {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if chooser, ok := acc.provider.(reconcile.Chooser); ok && len(ids) == 0 {
			// What the account has is only needed to help.
			choices, _ := chooser.Choices(ctx)
			for _, c := range choices["type"] {
				names = append(names, c.Text)
			}
		}
		return orUnknown(acc, text, ids, names)
	}
}

// listedTypes are the types of records that a text names by id or by name, and the
// names of all.
func listedTypes(records *reconcile.Set, text string) (ids, names []string) {
	kind, label := records.Schema().Index("type"), records.Schema().Index("type_name")
	if kind < 0 {
		return nil, nil
	}
	own := records.Schema().Columns[kind].Words
	names = slices.Clone(own)
	last := ""
	for n := range records.Len() {
		r := records.Record(n)
		id := r.Cell(kind).Text()
		if id == last {
			continue
		}
		last = id
		name := ""
		if len(own) == 0 && label >= 0 {
			name = r.Cell(label).Text()
		}
		if (strings.EqualFold(id, text) || name != "" && strings.EqualFold(name, text)) && !slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id))
		}
		if name = orElse(name, id); !slices.Contains(names, name) {
			names = append(names, strings.Clone(name))
		}
	}
	for _, word := range own {
		if strings.EqualFold(word, text) && !slices.Contains(ids, word) {
			ids = append(ids, word)
		}
	}
	return ids, names
}

// orUnknown are the ids, or the error of a type that there is not.
func orUnknown(acc *account, text string, ids, names []string) ([]string, error) {
	if len(ids) > 0 {
		return ids, nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	hint := "known: " + strings.Join(names, ", ")
	if near := configio.Nearest(text, names); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return nil, fail(exitUsage, hint, "a shape is given for type %q, and account %s has no such type", text, acc.config.Name)
}

// warnOfSeen adds to the roster's problems what only the comparison showed.
func (d *draft) warnOfSeen() {
	for _, p := range d.seen {
		if !slices.Contains(d.roster.Problems, p) {
			d.roster.Report(-1, p)
		}
	}
}

// typeExported finds the types that a text names among the records of an export.
// It does not show all names of all types: what the configuration says of another
// may be right.
func (a *app) typeExported(acc *account, records *reconcile.Set) func(text string) ([]string, error) {
	return func(text string) ([]string, error) {
		ids, _ := listedTypes(records, text)
		if len(ids) == 0 {
			a.log.Warn().Str("type", text).Str("account", acc.config.Name).Msg("a shape is given for this type, which the export does not show")
		}
		return ids, nil
	}
}
