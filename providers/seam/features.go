package seam

import "keyroster/providers"

// features are what an open workspace can do beyond the six methods.
func (c *Client) features() providers.Features {
	return providers.Features{
		ReadHolders: c.ReadHolders, HolderIDs: c.HolderIDs, LookUpHolders: c.LookUpHolders, HolderName: c.HolderName,
		Types: c.Types, Choices: c.Choices, Places: c.Places, Complete: c.Complete,
		Forecast: c.Forecast, Examine: c.Examine, StoredAs: c.StoredAs, Prove: c.Prove,
	}
}
