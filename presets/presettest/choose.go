package presettest

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/ringdex/ringdex/option"
	"github.com/ringdex/ringdex/presets"
)

// choose reads what there is for an option, and compares it with the test's golden file.
func (r *run) choose(ctx context.Context, kind presets.Kind, t presets.Test, result Result) Result {
	list, err := r.choices(ctx, kind, t.Choices)
	result.Records, result.Requests, result.Waited = len(list), r.tape.requests, r.clock.waited
	result.Problems = append(result.Problems, r.problems(err)...)
	if err == nil {
		result.Got = encodeChoices(list)
		result.Problems = append(result.Problems, compare(r.preset, t, result.Fault, result.Got)...)
	}
	return result
}

func (r *run) choices(ctx context.Context, kind presets.Kind, name string) ([]option.Choice, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	source, err := kind.Open(ctx, r.preset.WithoutStreams(), r.conn)
	if err != nil {
		return nil, err
	}
	defer func() { _ = source.Close() }()
	chooser, ok := source.(presets.Chooser)
	if !ok {
		return nil, fmt.Errorf("this kind lists no choices")
	}
	return chooser.Choices(ctx, name)
}

// encodeChoices writes one choice a line.
func encodeChoices(list []option.Choice) []byte {
	var b bytes.Buffer
	b.WriteString("{\"choices\": [")
	for i, c := range list {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  ")
		b.Write(plainJSON(c))
	}
	b.WriteString("\n]}\n")
	return b.Bytes()
}
