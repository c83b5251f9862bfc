// Package phonelabel knows the words, in several languages, that say what kind of phone number something is.
//
// Headings of columns, types of vCards and people's own labels are made of the same words; [Words] is their only list.
package phonelabel
