package doorflow

import "keyroster/providers"

// features are what an open account can do beyond the six methods.
func (c *Client) features() providers.Features {
	return providers.Features{
		ReadHolders: c.ReadHolders, HolderIDs: c.HolderIDs, LookUpHolders: c.LookUpHolders, HolderName: c.HolderName,
		Types: c.Types, CardTypes: c.CardTypes, PINTypes: c.PINTypes, Choices: c.Choices,
		Forecast: c.Forecast, Examine: c.Examine,
	}
}
