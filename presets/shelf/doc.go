// Package shelf keeps the presets an operator uploaded: it takes an archive of a preset's folder apart, and stores those that
// lint clean.
//
// It promises that an archive is data and nothing else: no path leaves the folder, no link is followed, and neither many
// entries nor well-packed ones take more memory than a preset may have. A stored preset is one file, replaced as a whole,
// so that a crash leaves the old one or the new one. It never runs anything of a preset.
//
// Start reading at shelf.go.
package shelf
