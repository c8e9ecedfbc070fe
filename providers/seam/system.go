package seam

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// system is the part of Seam's acs_system that is used here.
type system struct {
	ID       string `json:"acs_system_id"`
	Name     string `json:"name"`
	Kind     string `json:"external_type"`
	Title    string `json:"external_type_display_name"`
	Location struct {
		Zone string `json:"time_zone"`
	} `json:"location"`
	Errors []issue `json:"errors"`
}

// The kinds of systems that have their own rules (Seam integration guides).
const (
	kindSalto = "salto_ks_site"
	kindLatch = "latch_building"
	kindPTI   = "pti_site"
)

// maxPTI is the largest code of PTI Storlogix, the smallest is 1.
const maxPTI = 4294967296

// generates reports whether the provider behind the system makes the codes itself, so that
// none may be given; for an unknown one, none need be.
func (s *system) generates() bool {
	return s != nil && (s.Kind == kindSalto || s.Kind == kindLatch || s.Kind == kindUnknown)
}

// title is the name of the system's provider in a sentence.
func (s *system) title() string {
	switch {
	case s.Kind == kindSalto:
		return "Salto KS"
	case s.Kind == kindLatch:
		return "Latch"
	case s.Title != "":
		return s.Title
	}
	return "the access system"
}

// zone is the system's time zone, nil if it has none; an unknown one is an error, since
// another zone would give another time.
func (s *system) zone() (*time.Location, error) {
	if s == nil || s.Location.Zone == "" {
		return nil, nil
	}
	zone, err := time.LoadLocation(s.Location.Zone)
	if err != nil || s.Location.Zone == "Local" {
		return nil, fmt.Errorf(
			"needs the ACS system's time zone %s, which this machine does not know: "+
				"write the time with its offset, as 2026-01-31T08:00:00Z", s.Location.Zone,
		)
	}
	return zone, nil
}

// readSystems lists the access systems, which Seam does not page, and warns of those that
// cannot be reached: what is written to them only waits.
func (c *Client) readSystems(ctx context.Context) ([]*system, error) {
	var systems []*system
	if err := c.get(ctx, "list access systems", "/acs/systems/list", struct{}{}, "acs_systems", &systems); err != nil {
		return nil, err
	}
	systems = slices.DeleteFunc(systems, func(s *system) bool { return s == nil || s.ID == "" })
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.systems == nil {
		for _, s := range systems {
			for i := range s.Errors {
				c.log.Warn().Str("acs_system_id", s.ID).Str("name", s.Name).Str("error", s.Errors[i].ErrorCode).
					Msg("this access system has an error at Seam: changes may have to wait")
			}
		}
	}
	c.systems = systems
	return systems, nil
}

// knownSystems returns the systems of the last listing, or reads them now.
func (c *Client) knownSystems(ctx context.Context) (map[string]*system, error) {
	c.mu.RLock()
	systems := c.systems
	c.mu.RUnlock()
	if systems == nil {
		var err error
		if systems, err = c.readSystems(ctx); err != nil {
			return nil, err
		}
	}
	byID := map[string]*system{}
	for _, s := range systems {
		byID[s.ID] = s
	}
	return byID, nil
}
