package api

import (
	"hash/maphash"
	"math"
	"sync/atomic"
	"time"
)

// distinctAlarm is how many different numbers an hour one key may ask for before somebody is told: a phone system of a
// hundred busy agents stays well below, a key used to read the address book out number by number does not.
const distinctAlarm = 5000

const distinctWords = 512 // 32,768 bits: linear counting is within a few per cent up to about 60,000 numbers

var distinctSeed = maphash.MakeSeed()

// distinct estimates how many different numbers a key asked for in the running hour, by linear counting
// (Whang, Vander-Zanden, Taylor 1990). It remembers bits, never numbers.
type distinct struct {
	hour  atomic.Int64
	ones  atomic.Int64
	words [distinctWords]atomic.Uint64
}

// see counts a number and reports whether this very number made the hour's estimate cross the alarm.
func (d *distinct) see(number string, now time.Time) bool {
	hour := now.Unix() / 3600
	if old := d.hour.Load(); old != hour && d.hour.CompareAndSwap(old, hour) {
		d.clear()
	}
	h := maphash.String(distinctSeed, number)
	word, bit := &d.words[(h>>6)%distinctWords], uint64(1)<<(h&63)
	if word.Or(bit)&bit != 0 {
		return false
	}
	ones := d.ones.Add(1)
	return ones == alarmOnes
}

func (d *distinct) clear() {
	for i := range d.words {
		d.words[i].Store(0)
	}
	d.ones.Store(0)
}

// alarmOnes is the count of set bits at which the estimate reaches distinctAlarm.
var alarmOnes = func() int64 {
	const size = float64(distinctWords * 64)
	return int64(math.Round(size * (1 - math.Exp(-distinctAlarm/size))))
}()
