// Package place puts values into a preset's texts, each encoded for the place it stands in.
//
// It promises that a value never changes the shape of what it is put into: in a host it can only be a host, in a path one
// segment, in a query one value, in a query language one literal. It knows no option and no record; a [Lookup] brings
// the values. Start reading at url.go.
package place
