package phone

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers/v2"
	"github.com/nyaruka/phonenumbers/v2/metadata"
)

// TestMetadataCompiles guards against metadata we could not read: every pattern of every plan must compile.
func TestMetadataCompiles(t *testing.T) {
	t.Parallel()
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all.GetMetadata() {
		for _, p := range []string{m.GetInternationalPrefix(), m.GetNationalPrefixForParsing()} {
			if _, err := regexp.Compile("^(?:" + p + ")"); err != nil {
				t.Errorf("%s: %v", m.GetId(), err)
			}
		}
		patterns := []string{m.GetGeneralDesc().GetNationalNumberPattern(), m.GetFixedLine().GetNationalNumberPattern(), m.GetMobile().GetNationalNumberPattern()}
		if _, err := newAutomaton(patterns); err != nil {
			t.Errorf("%s: %v", m.GetId(), err)
		}
	}
	if n := len(world().regions); n < 245 {
		t.Errorf("%d regions, want at least 245", n)
	}
}

// TestClassifyAgreesWithLibrary guards that our tables say the same as the library about validity, kind and region.
func TestClassifyAgreesWithLibrary(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	all := metadata.CountryCodeToRegion()
	for _, code := range slices.Sorted(maps.Keys(all)) {
		regions := all[code]
		for range 60 {
			m, ok := metadata.RegionMetadata(regions[rnd.IntN(len(regions))])
			if !ok {
				m, _ = metadata.NonGeoMetadata(code)
			}
			nsn := randomMatch(m.GetGeneralDesc().GetNationalNumberPattern(), rnd)
			if len(nsn) < 3 || len(nsn) > 15 {
				continue
			}
			checkAgreement(t, code, nsn)
			checkAgreement(t, code, otherTail(nsn, rnd))
		}
	}
}

func checkAgreement(t *testing.T, code int, nsn string) {
	t.Helper()
	want := proto(code, nsn)
	p, kind := classify(code, nsn)
	if got, ok := kind != KindUnknown, phonenumbers.IsValidNumber(want); got != ok {
		t.Errorf("+%d %s: valid %v, library %v", code, nsn, got, ok)
		return
	}
	if p == nil {
		return
	}
	if region := phonenumbers.GetRegionCodeForNumber(want); p.region != region {
		t.Errorf("+%d %s: region %s, library %s", code, nsn, p.region, region)
	}
	if national := phonenumbers.NormalizeDigitsOnly(phonenumbers.Format(want, phonenumbers.NATIONAL)); p.written(nsn) != national {
		t.Errorf("+%d %s: national %s, library %s", code, nsn, p.written(nsn), national)
	}
	if k := kinds[phonenumbers.GetNumberType(want)]; kind != k {
		t.Errorf("+%d %s: kind %s, library %s", code, nsn, kind, k)
	}
}

var kinds = map[phonenumbers.PhoneNumberType]Kind{
	phonenumbers.FIXED_LINE: KindFixed, phonenumbers.MOBILE: KindMobile, phonenumbers.FIXED_LINE_OR_MOBILE: KindFixedOrMobile,
	phonenumbers.TOLL_FREE: KindTollFree, phonenumbers.PREMIUM_RATE: KindPremium, phonenumbers.SHARED_COST: KindSharedCost,
	phonenumbers.VOIP: KindVoIP, phonenumbers.PERSONAL_NUMBER: KindPersonal, phonenumbers.PAGER: KindPager,
	phonenumbers.UAN: KindUAN, phonenumbers.VOICEMAIL: KindVoicemail,
}
