package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/phone"
	"github.com/ringdex/ringdex/scripts"
)

func newScriptRender() *cobra.Command {
	var template, region, callFile, recordFile string
	cmd := &cobra.Command{
		Use:   "render --template TEXT",
		Short: "Render a script with a call and a record given as JSON files",
		Args:  takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if template == "" {
				return usagef(cmd, "--template is missing")
			}
			region = strings.ToUpper(strings.TrimSpace(region))
			if region != "" && !phone.IsRegion(region) {
				return usagef(cmd, "--region %q is not an ISO country code such as NL", region)
			}
			call, err := readCall(callFile, region)
			if err != nil {
				return err
			}
			record, err := readTexts(recordFile)
			if err != nil {
				return err
			}
			url, err := renderScript(template, region, call, record)
			if err != nil {
				return err
			}
			say(cmd, "%s", url)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&template, "template", "", "the script")
	f.StringVar(&region, "region", "", "write numbers as somebody in this region dials them (default: each number's own)")
	f.StringVar(&callFile, "call", "", "JSON object of call properties by name")
	f.StringVar(&recordFile, "record", "", "JSON object of record fields by name")
	return cmd
}

func renderScript(template, region string, call *scripts.Call, record map[string]string) (string, error) {
	names := scripts.Names{Fields: scripts.CommonFields(slices.Sorted(maps.Keys(record))...)}
	t, err := scripts.Parse(template, names)
	if err != nil {
		return "", fmt.Errorf("this template cannot be used: %w", err)
	}
	v := scripts.Values{Call: call, Region: scripts.OwnRegion, Field: func(name string) string { return record[name] }}
	if region != "" {
		v.Region = region
	}
	return t.Preview(v)
}

func readCall(file, region string) (*scripts.Call, error) {
	texts, err := readTexts(file)
	if err != nil {
		return nil, err
	}
	call := new(scripts.Call)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if err := call.Set(name, texts[name], numberIn(region)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return call, nil
}

// numberIn reads a number as a phone system in a region would send it; zero for short and withheld ones.
func numberIn(region string) func(string) phone.Number {
	return func(raw string) phone.Number {
		found := phone.Find(raw, phone.FieldContext{Region: region})
		if len(found) != 1 || found[0].Number.IsShort() {
			return phone.Number{}
		}
		return found[0].Number
	}
}

// readTexts reads a JSON object whose values are texts, numbers or truth values; "" gives none.
func readTexts(file string) (map[string]string, error) {
	texts := map[string]string{}
	if file == "" {
		return texts, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	dec.UseNumber()
	var raw map[string]any
	if err := dec.Decode(&raw); err != nil {
		return nil, fmt.Errorf("%s is not a JSON object: %w", file, err)
	}
	for name, v := range raw {
		switch v := v.(type) {
		case nil:
			texts[name] = ""
		case string:
			texts[name] = v
		case json.Number, bool:
			texts[name] = fmt.Sprint(v)
		default:
			return nil, fmt.Errorf("%s: %q must be a text, a number or true/false", file, name)
		}
	}
	return texts, nil
}
