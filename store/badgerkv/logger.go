package badgerkv

import "log/slog"

// logger is a badger.Logger that passes on warnings and errors. Of the values in a message only errors and numbers are
// kept: strings and bytes may be keys.
type logger struct {
	log *slog.Logger
	dir string
}

func (l logger) Errorf(format string, args ...any) {
	l.log.Error("store engine reports an error", l.attrs(format, args)...)
}

func (l logger) Warningf(format string, args ...any) {
	l.log.Warn("store engine warns", l.attrs(format, args)...)
}

func (l logger) Infof(string, ...any)  {}
func (l logger) Debugf(string, ...any) {}

func (l logger) attrs(format string, args []any) []any {
	attrs := []any{slog.String("dir", l.dir), slog.String("report", format)}
	for _, arg := range args {
		switch v := arg.(type) {
		case error:
			attrs = append(attrs, slog.String("error", v.Error()))
		case int, int64, uint32, uint64, float64:
			attrs = append(attrs, slog.Any("value", v))
		}
	}
	return attrs
}
