package option

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// File is the settings of a YAML file, with their lines. The zero value has none.
type File struct {
	name   string
	values map[string]fileValue
}

type fileValue struct {
	text string
	line int
}

func (f File) place(at fileValue) string { return fmt.Sprintf("%s:%d", f.name, at.line) }

var errFile = errors.New("a settings file has one line per setting: name: value")

// ReadFile reads a settings file: one YAML mapping of names to texts, numbers, booleans or lists of these. Whether there are such
// options is for [Set.Load] to say. name is what problems call the file.
func ReadFile(name string, content []byte) (File, error) {
	f := File{name: name, values: map[string]fileValue{}}
	parsed, err := parser.ParseBytes(content, 0)
	if err != nil {
		return File{}, fmt.Errorf("read %s: %w", name, err)
	}
	for _, doc := range parsed.Docs {
		if doc.Body == nil {
			continue
		}
		if err := f.addBody(doc.Body); err != nil {
			return File{}, fmt.Errorf("read %s: %w", name, err)
		}
	}
	return f, nil
}

func (f File) addBody(body ast.Node) error {
	switch node := body.(type) {
	case *ast.MappingNode:
		for _, entry := range node.Values {
			if err := f.add(entry); err != nil {
				return err
			}
		}
		return nil
	case *ast.MappingValueNode:
		return f.add(node)
	case *ast.CommentGroupNode, *ast.NullNode:
		return nil
	}
	return errFile
}

func (f File) add(entry *ast.MappingValueNode) error {
	name := entry.Key.String()
	line := entry.Key.GetToken().Position.Line
	if _, twice := f.values[name]; twice {
		return fmt.Errorf("line %d: %s is there twice", line, name)
	}
	var value any
	if err := yaml.NodeToValue(entry.Value, &value); err != nil {
		return fmt.Errorf("line %d: %w", line, err)
	}
	texts, err := Texts(map[string]any{name: value})
	if err != nil {
		return fmt.Errorf("line %d: %w", line, err)
	}
	f.values[name] = fileValue{texts[name], line}
	return nil
}
