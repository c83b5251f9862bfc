package option

import (
	"fmt"
	"maps"

	"github.com/goccy/go-yaml"
)

// fileOrigin is what problems call the settings file; the option's name is where in it.
const fileOrigin = "the settings file"

// ReadFile reads the text of a settings file: one YAML mapping of names to texts, numbers, booleans or lists of these; a name without
// a value is left out. Errors of form carry line, column and an excerpt; whether there are such options is for [Set.Load] to say.
func ReadFile(content []byte) (map[string]string, error) {
	var values map[string]any
	if err := yaml.UnmarshalWithOptions(content, &values, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read settings file: %w", err)
	}
	maps.DeleteFunc(values, func(_ string, value any) bool { return value == nil })
	texts, err := Texts(values)
	if err != nil {
		return nil, fmt.Errorf("read settings file: %w", err)
	}
	return texts, nil
}
