package providertest

// FeatureLaws returns the names of the laws of features, in order.
func FeatureLaws() []string {
	var names []string
	for _, law := range featureLaws {
		names = append(names, law.name)
	}
	return names
}
