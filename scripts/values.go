package scripts

// OwnRegion as Values.Region renders every number in the national form of its
// own region: for tools that have no tenant to take a region from. It is the same
// in capitals and small letters, as regions are folded on their way.
const OwnRegion = "-"

// Values is what one rendering takes its values from. A nil part has only
// empty values.
type Values struct {
	// Call holds the call properties.
	Call *Call
	// Field returns the matched record's value of a field, by the name the
	// template's Fields method gives; "" if the record has none.
	Field func(name string) string
	// Option returns an option of the integration by its whole name, such as
	// `option.domain`.
	Option func(name string) string
	// Region is the tenant's region ("NL"): the default number form is what
	// somebody there would dial. With "" numbers are written as E.164, with
	// OwnRegion in their own national form.
	Region string
}

func (v *Values) field(name string) string {
	if v.Field == nil {
		return ""
	}
	return v.Field(name)
}

func (v *Values) option(name string) string {
	if v.Option == nil {
		return ""
	}
	return v.Option(name)
}
