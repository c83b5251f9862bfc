package main

import (
	"encoding/json"
	"os"
	"testing"
)

// TestMachinesReachTheAPI guards that no route of the API is hidden behind a page: all but the one a browser comes back to from a CRM.
func TestMachinesReachTheAPI(t *testing.T) {
	raw, err := os.ReadFile("../../api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(raw, &described); err != nil || len(described.Paths) < 20 {
		t.Fatalf("%d paths, %v", len(described.Paths), err)
	}
	for path := range described.Paths {
		if got := forMachines(path); got != (path != "/oauth/callback") {
			t.Errorf("%s: for machines %v", path, got)
		}
	}
	for path, want := range map[string]bool{
		"//v1/name": true, "/v1": true, "/v1x": false, "/": false, "/integrations/new": false, "/metricsx": false,
	} {
		if forMachines(path) != want {
			t.Errorf("%s: for machines %v", path, !want)
		}
	}
}
