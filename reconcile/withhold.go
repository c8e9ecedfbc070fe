package reconcile

// Withhold takes back lines that were to be sent: those for which reason returns a text end
// in conflict with it. Chains are made anew, and what waited for a value that such a line
// was to free is blocked. park is the policy's.
func (p *Plan) Withhold(park bool, reason func(line int) string) {
	lineOf := make([]int32, p.Have.Len())
	for i := range lineOf {
		lineOf[i] = -1
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Record >= 0 {
			lineOf[l.Record] = int32(i)
		}
		l.Chain = -1
		if !l.Sends() {
			continue
		}
		if text := reason(i); text != "" {
			l.Outcome, l.Reason = Conflict, p.AddText(text)
		}
	}
	p.Chains, p.cycles = nil, nil
	p.orderValueChanges(park, lineOf)
}
