package cli

// russian has what the verbs say in Russian, by what they say in English.
var russian = map[string]string{

	// What report --verify says.

	// What explain says.
}
