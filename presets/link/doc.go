// Package link is the kind of presets that have scripts alone: CRMs without a readable API, web searches, requests at ringing.
//
// It promises that such a preset reads nothing, so that there is nothing to map, test or synchronise. It never opens a connection.
package link
