package reconcile

// Summary counts lines; its members are those of report.json.
type Summary struct {
	Rows           int `json:"rows"`
	Records        int `json:"records"`
	Matched        int `json:"matched"`
	RowsOutOfScope int `json:"rows_out_of_scope"`
	Unchanged      int `json:"unchanged"`
	Applied        int `json:"applied"`
	Failed         int `json:"failed"`
	Blocked        int `json:"blocked"`
	Conflict       int `json:"conflict"`
	Unknown        int `json:"unknown"`
	NotAttempted   int `json:"not_attempted"`
	Invalid        int `json:"invalid"`
	Unlisted       int `json:"unlisted"`
	Planned        int `json:"planned"`
}

// Summarize counts the lines of a plan. outcome gives the final outcome of a
// line; nil takes the plan's own.
func (p *Plan) Summarize(outcome func(line int) Outcome) Summary {
	s := Summary{Records: p.Have.Len(), RowsOutOfScope: p.OutOfScope, Matched: p.Matched}
	for i := range p.Lines {
		o := p.Lines[i].Outcome
		if outcome != nil {
			o = outcome(i)
		}
		*s.count(o)++
		if p.Lines[i].Row >= 0 {
			s.Rows++
		}
	}
	return s
}

// Of returns the number of lines with that outcome.
func (s *Summary) Of(o Outcome) int { return *s.count(o) }

// Sum returns the number of all lines: rows plus records without a row.
func (s *Summary) Sum() int {
	n := 0
	for _, o := range Outcomes {
		n += s.Of(o)
	}
	return n
}

func (s *Summary) count(o Outcome) *int {
	switch o {
	case Unchanged:
		return &s.Unchanged
	case Applied:
		return &s.Applied
	case Failed:
		return &s.Failed
	case Blocked:
		return &s.Blocked
	case Conflict:
		return &s.Conflict
	case Unknown:
		return &s.Unknown
	case NotAttempted:
		return &s.NotAttempted
	case InvalidRow:
		return &s.Invalid
	case LeftUnlisted:
		return &s.Unlisted
	case Planned:
		return &s.Planned
	}
	panic("a line without an outcome was counted")
}
