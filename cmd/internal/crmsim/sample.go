package crmsim

// Sample is a number that belongs to exactly one contact.
type Sample struct {
	Number string // E.164
	Name   string
	Index  int // of the contact
}

// Samples gives up to n such numbers, spread over the contacts and over the ways numbers are written.
func (s *Server) Samples(n int) []Sample {
	all := s.Contacts()
	owners := map[string]int{}
	for i := range all {
		if !all[i].Deleted {
			for _, number := range all[i].truth {
				owners[number]++
			}
		}
	}
	step := max(1, len(all)/max(1, 2*n))
	var out []Sample
	for i := 0; i < len(all) && len(out) < n; i += step {
		if number, ok := alone(&all[i], owners); ok {
			out = append(out, Sample{Number: number, Name: all[i].Name(), Index: i})
		}
	}
	return out
}

func alone(c *Contact, owners map[string]int) (string, bool) {
	if c.Deleted {
		return "", false
	}
	for _, number := range c.truth {
		if owners[number] == 1 {
			return number, true
		}
	}
	return "", false
}
