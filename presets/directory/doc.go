// Package directory is the kind of presets that read contacts from an address book: LDAP (Active Directory, OpenLDAP, …) or CardDAV.
//
// What it promises: an address book that is too large, too slow or breaks off is an error and never the end of the
// contacts; the password goes to the server the admin named and to no other, over LDAP only inside TLS unless the admin
// says otherwise; and what was deleted, moved away or has lost its last number is noticed by the next run, also where
// the server has no means to say so.
//
// A run over LDAP reads in pages whose place only the open connection knows, so one that was interrupted begins anew
// (its pages have no Resume). A run over CardDAV goes on behind its last page.
//
// Start reading at kind.go, then ldap_source.go and dav_source.go.
package directory
