package reconcile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"keyroster/reconcile/shape"
)

// manyRows is how many rows with different values make a shape that no record has a new
// one, and not a mistake.
const manyRows = 5

// outliers are the lines whose values are unlike the records of their type, in the order in
// which they were met.
type outliers struct {
	at  map[outlierKey]int
	all []outlier
}

type outlierKey struct {
	peers
	shape.Form
}

// outlier is a form, or a length of a form, that rows bring to a population which does not
// have it.
type outlier struct {
	peers
	lines   []int32
	classes []shape.Class
	// distinct has the values of each class.
	distinct map[shape.Class]map[string]bool
}

func (s *outliers) add(group peers, line int, text string) {
	class, _ := shape.Of(text)
	key := outlierKey{group, class.Form}
	at, known := s.at[key]
	if !known {
		if s.at == nil {
			s.at = map[outlierKey]int{}
		}
		at, s.at[key] = len(s.all), len(s.all)
		s.all = append(s.all, outlier{peers: group, distinct: map[shape.Class]map[string]bool{}})
	}
	one := &s.all[at]
	one.lines, one.classes = append(one.lines, int32(line)), append(one.classes, class)
	if one.distinct[class] == nil {
		one.distinct[class] = map[string]bool{}
	}
	one.distinct[class][text] = true
}

// shared reports whether enough rows share the shape of a line's value for it not to be a
// mistake. others are all outliers of its type, some of which have a rare shape by chance.
func (s *outlier) shared(n int, others *shape.Population, text string) bool {
	return len(s.distinct[s.classes[n]]) >= manyRows || others.Tells() && others.Fits(text)
}

// populations returns the outliers of each group, each value once.
func (s *outliers) populations() map[peers]*shape.Population {
	out := map[peers]*shape.Population{}
	for i := range s.all {
		one := &s.all[i]
		if out[one.peers] == nil {
			out[one.peers] = &shape.Population{}
		}
		for _, values := range one.distinct {
			for text := range values {
				out[one.peers].Add(text)
			}
		}
	}
	return out
}

// reportOutliers blocks the outliers that nothing supports, and warns of the others once
// for each type.
func (j *valueChecker) reportOutliers() {
	var fresh []*newShapes
	populations := j.outliers.populations()
	for i := range j.outliers.all {
		s := &j.outliers.all[i]
		for n, line := range s.lines {
			text := j.plan.WantRow(int(line)).Cell(j.schema.value).Text()
			if !s.shared(n, populations[s.peers], text) {
				j.block(&j.plan.Lines[line], Implausible, j.outlierReason(int(line), s.peers, text, s.classes[n]))
				continue
			}
			fresh = addNewShape(fresh, s.peers, line, s.classes[n])
		}
	}
	for _, one := range fresh {
		j.warnOfNewShapes(one)
	}
	j.warnOfZeroTails()
	j.warnOfSeries()
	j.warnOfPlaceholders()
	j.warnOfWide()
}

// newShapes are the new shapes of one type.
type newShapes struct {
	peers
	lines   []int32
	classes []shape.Class
}

func addNewShape(all []*newShapes, group peers, line int32, class shape.Class) []*newShapes {
	at := slices.IndexFunc(all, func(n *newShapes) bool { return n.kind == group.kind })
	if at < 0 {
		at, all = len(all), append(all, &newShapes{peers: group})
	}
	n := all[at]
	n.lines = append(n.lines, line)
	if !slices.Contains(n.classes, class) {
		n.classes = append(n.classes, class)
	}
	return all
}

func (j *valueChecker) warnOfNewShapes(n *newShapes) {
	slices.Sort(n.lines)
	j.warn(
		n.lines,
		KindNewShape,
		fmt.Sprintf(
			"%s new shapes for type %s: %s; %s", bring(len(n.lines)), j.title(int(n.lines[0])),
			shape.Classes(n.classes), j.describePopulation(n.peers),
		),
		"check whether this is a new card stock or site; to allow it for good: "+j.setting(int(n.lines[0]), n.classes),
	)
}

func bring(rows int) string {
	if rows == 1 {
		return "1 row brings"
	}
	return fmt.Sprintf("%d rows bring", rows)
}

// warn adds a warning about several lines, at the place of the first.
func (j *valueChecker) warn(lines []int32, kind, message, remedy string) {
	if j.policy.Shapes.Warn == nil {
		return
	}
	j.policy.Shapes.Warn(Problem{
		Source: j.roster.Source(int(j.plan.Lines[lines[0]].Row)), Column: j.schema.Columns[j.schema.value].Name,
		Kind: kind, Severity: SeverityWarning, Message: message, Remedy: remedy,
	})
}

// outlierReason says how a value differs from the others of its type, and what to do.
func (j *valueChecker) outlierReason(line int, group peers, text string, class shape.Class) string {
	return fmt.Sprintf("%s; %s: correct the cell, or allow the shape: %s",
		cmp.Or(shape.Mistyped(text), class.String()), j.describePopulation(group), j.setting(line, []shape.Class{class}))
}

// describePopulation describes the values of a population.
func (j *valueChecker) describePopulation(group peers) string {
	p := j.recordsOf(group)
	noun := j.schema.Noun + "s"
	if slices.Contains(j.policy.Shapes.Cards, group.kind) {
		noun = "cards"
	}
	of := "the " + fmt.Sprint(p.Len()) + " " + noun + " of this type"
	if group.lane != "" {
		of += " in this system"
	}
	if usual := p.Usual(); usual < p.Len() {
		of = fmt.Sprintf("%d of %s", usual, of)
	}
	return of + " have " + p.String()
}

// title returns the type of a line in words for a person: its name, if the account's types have
// names.
func (j *valueChecker) title(line int) string {
	want, have := j.plan.WantRow(line), j.plan.HaveRecord(line)
	kind := j.text(want, have, j.kind)
	if name := j.text(want, have, j.schema.At(TypeName)); name != "" && j.kind >= 0 &&
		len(j.schema.Columns[j.kind].Words) == 0 {
		return name
	}
	return kind
}

// setting returns what to paste into the configuration or the command line to accept the shapes.
func (j *valueChecker) setting(line int, classes []shape.Class) string {
	words := make([]string, len(classes))
	for i, class := range classes {
		words[i] = class.Shape().String()
	}
	slices.Sort(words)
	title, text := j.title(line), strings.Join(words, "|")
	return fmt.Sprintf(
		"shapes: {%s: %s} in the configuration, or --accept-shape %s", yamlKey(title),
		yamlText(text), shellWord(title+"="+text),
	)
}

// bareKey matches the texts that need no quotes as a key in YAML.
var bareKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*$`)

func yamlKey(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return strconv.Quote(text)
	}
	if bareKey.MatchString(text) {
		return text
	}
	return yamlText(text)
}

func yamlText(text string) string {
	if strings.Contains(text, `"`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return strconv.Quote(text)
}

func shellWord(text string) string {
	if strings.ContainsAny(text, "\"$`\\!'") {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return `"` + text + `"`
}
