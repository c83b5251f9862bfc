package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringdex/ringdex/phone"
)

// perLine as --region means that each line brings its own.
const perLine = "-"

func newNumber() *cobra.Command {
	var region string
	cmd := &cobra.Command{
		Use:   "number [--region NL] [TEXT ...]",
		Short: "Every phone number in each text, read as a CRM field would be",
		Long: `Reads each text as a stored field and prints one JSON object per text with every number found in it; nothing found
is an empty list. Texts are arguments, or lines of standard input. With --region - each line is REGION<TAB>TEXT.`,
		Example: `  ringdex number --region NL "020 1234567 / 06-12345678"
  ringdex number --region DE < numbers.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			region = strings.ToUpper(strings.TrimSpace(region))
			if region != "" && region != perLine && !phone.IsRegion(region) {
				return usagef(cmd, "--region %q is not an ISO country code such as NL", region)
			}
			out := bufio.NewWriterSize(cmd.OutOrStdout(), 64<<10)
			n := numberPrinter{enc: json.NewEncoder(out), region: region}
			n.enc.SetEscapeHTML(false)
			err := n.texts(args, cmd.InOrStdin(), out)
			if flushErr := out.Flush(); err == nil {
				err = flushErr
			}
			return err
		},
	}
	cmd.Flags().StringVar(&region, "region", "", "region of national numbers (ISO code); - takes it from each line")
	return cmd
}

type numberPrinter struct {
	enc    *json.Encoder
	region string
}

// numberLine is the contract's answer for one text.
type numberLine struct {
	Raw     string        `json:"raw"`
	Numbers []numberFound `json:"numbers"`
}

type numberFound struct {
	E164      string `json:"e164"`
	National  string `json:"national"`
	Extension string `json:"extension"`
	Kind      string `json:"kind"`
}

func (p *numberPrinter) texts(args []string, in io.Reader, out *bufio.Writer) error {
	for _, text := range args {
		if err := p.text(text); err != nil {
			return err
		}
	}
	if len(args) > 0 {
		return nil
	}
	r := bufio.NewReaderSize(in, 64<<10)
	for line := 1; ; line++ {
		text, err := r.ReadString('\n')
		if text != "" {
			if err := p.text(strings.TrimRight(text, "\r\n")); err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read line %d: %w", line, err)
		}
		if r.Buffered() == 0 { // somebody may be waiting for the answer to this line
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

func (p *numberPrinter) text(text string) error {
	region := p.region
	if region == perLine {
		before, after, ok := strings.Cut(text, "\t")
		if !ok && text != "" {
			return fmt.Errorf("with --region - each line is REGION<TAB>TEXT, this one has no tab")
		}
		region, text = strings.ToUpper(strings.TrimSpace(before)), after
	}
	line := numberLine{Raw: text, Numbers: []numberFound{}}
	for _, f := range phone.Find(text, phone.FieldContext{Region: region}) {
		line.Numbers = append(line.Numbers, numberFound{
			E164: f.Number.E164(), National: f.Number.National(), Extension: f.Extension, Kind: string(f.Number.Kind()),
		})
	}
	return p.enc.Encode(line)
}
