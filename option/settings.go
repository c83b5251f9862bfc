package option

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// prefix begins the environment variable of every setting of the server.
const prefix = "RINGDEX_"

// FlagName is the flag of an option without its dashes: public_url is public-url.
func (o Option) FlagName() string { return strings.ReplaceAll(o.Name, "_", "-") }

// variable is the environment variable of an option: public-url is RINGDEX_PUBLIC_URL.
func (o Option) variable() string {
	return prefix + strings.ToUpper(strings.ReplaceAll(o.Name, "-", "_"))
}

// BindFlags adds a flag for each option that has none yet. Values are judged by [Set.Load], so that all problems are told at once.
func (s Set) BindFlags(fs *pflag.FlagSet) {
	for _, o := range s {
		if fs.Lookup(o.FlagName()) != nil {
			continue
		}
		flag := fs.VarPF(&flagValue{option: o}, o.FlagName(), "", o.usage())
		flag.DefValue = o.Default
		flag.Hidden = o.Advanced
		if o.Kind() == Boolean {
			flag.NoOptDefVal = "true"
		}
	}
}

func (o Option) usage() string {
	text := strings.TrimSuffix(o.Help, ".")
	if text == "" {
		text = o.Label()
	}
	return fmt.Sprintf("%s (%s)", text, o.variable())
}

// flagValue keeps what was typed; several uses of a list's flag add up.
type flagValue struct {
	option Option
	texts  []string
}

func (f *flagValue) Set(text string) error {
	if !f.option.List {
		f.texts = nil
	}
	f.texts = append(f.texts, text)
	return nil
}

func (f *flagValue) String() string {
	if f.option.IsSecret() {
		return ""
	}
	return join(f.texts)
}

func (f *flagValue) Type() string { return string(f.option.Kind()) }

// Load reads the server's settings: a flag that was given, else the environment variable, else the file, else the default. Problems
// say where the value came from. file is what [ReadFile] returned, or nil.
func (s Set) Load(fs *pflag.FlagSet, env func(string) (string, bool), file map[string]string) (Values, error) {
	in := map[string]string{}
	origin := map[string]string{}
	for _, o := range s {
		if text, from, ok := o.lookup(fs, env, file); ok {
			in[o.Name], origin[o.Name] = text, from
		}
	}
	values, err := s.Validate(in)
	problems, _ := err.(Problems) //nolint:errorlint // Validate returns Problems and nothing else
	for i, p := range problems {
		problems[i].Origin = origin[p.Option]
	}
	return values, append(problems, s.unknownIn(file)...).orNil()
}

// lookup finds the value of an option and says where.
func (o Option) lookup(fs *pflag.FlagSet, env func(string) (string, bool), file map[string]string) (text, from string, ok bool) {
	if flag := fs.Lookup(o.FlagName()); flag != nil && flag.Changed {
		text = flag.Value.String()
		if typed, is := flag.Value.(*flagValue); is {
			text = join(typed.texts)
		}
		return text, "--" + o.FlagName(), true
	}
	if text, ok = env(o.variable()); ok {
		return text, o.variable(), true
	}
	for name, text := range file {
		if sameName(name, o.Name) {
			return text, fileOrigin, true
		}
	}
	return "", "", false
}

// unknownIn returns the names of the file that are no option.
func (s Set) unknownIn(file map[string]string) Problems {
	var problems Problems
	for name := range file {
		if _, ok := s.Find(name); !ok {
			p := s.unknown(name)
			p.Origin = fileOrigin
			problems = append(problems, p)
		}
	}
	return unknownByName(problems)
}
