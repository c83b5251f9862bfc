package sql

import "time"

// Bounds of what is read: whoever runs the database is a stranger to this machine.
const (
	pageSize      = 1000     // records, where the preset says nothing else
	maxPageSize   = 10_000   // records a preset may ask for
	maxColumns    = 512      // of a table or a SELECT
	maxCell       = 1 << 20  // bytes; a longer text in a mapped column is an error, elsewhere it is left out
	maxPageBytes  = 32 << 20 // of a page's cells; a page ends early there
	maxAnswer     = 96 << 20 // bytes a server may send for one page, as its protocol writes them
	maxLook       = 200      // bytes of a cell that are looked at to tell what its column holds
	maxTables     = 20_000   // names looked at to find a table
	maxStatement  = 60 << 10 // bytes of a query
	maxUnnamed    = 100      // rows without an id that are shown in the report
	maxSample     = 10       // records a check shows
	maxSQLiteFile = 64 << 30

	statementTimeout = 60 * time.Second // of one page
	streamTimeout    = time.Hour        // of a table without a key, which is read in one go
	connectTimeout   = 15 * time.Second
	countTimeout     = 5 * time.Second // of counting for a check
	grace            = 5 * time.Second // for a server to stop by itself, before the connection is cut
)
