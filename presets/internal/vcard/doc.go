// Package vcard reads contacts out of vCards of versions 2.1, 3.0 and 4.0, from files and address books alike.
//
// Only what a contact is made of is kept; a picture, however long, costs no memory. Labels of numbers are made of the
// types and of the owner's own words. Start reading at [Reader.Next].
package vcard
