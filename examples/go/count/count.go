// Package count counts words.
package count

import "strings"

// Words returns how often each word is in text, whatever its case.
func Words(text string) map[string]int {
	found := map[string]int{}
	for _, word := range strings.Fields(strings.ToLower(text)) {
		found[word]++
	}
	return found
}
