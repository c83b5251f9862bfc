// Package catalog holds the presets that come with the program: YAML, icons, translations and fixtures, and nothing else.
//
// Each folder is one preset; its name is the preset's id. Adding a CRM is adding a
// folder here: the embedding takes every folder, and the package's test lints it
// and replays its tests.
package catalog
