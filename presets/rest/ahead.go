package rest

import "context"

// fetched is an answer, or why there is none.
type fetched struct {
	result
	err error
}

// fetch gets the answer of the page the run stands at.
func (r *run) fetch(ctx context.Context) (result, error) {
	if r.coming != nil {
		f := <-r.coming
		r.coming = nil
		return f.result, f.err
	}
	what, err := r.call(r.values)
	if err != nil {
		return result{}, err
	}
	return r.source.client.send(ctx, what)
}

// goAhead asks for the next page while its reader is busy with this one. Nobody else uses the client meanwhile.
func (r *run) goAhead(ctx context.Context) {
	what, err := r.call(r.values)
	if err != nil {
		return // fetch will say so
	}
	coming := make(chan fetched, 1)
	r.coming = coming
	go func() {
		res, err := r.source.client.send(ctx, what)
		coming <- fetched{res, err}
	}()
}

// waitAhead waits for a page nobody wants any more.
func (r *run) waitAhead() {
	if r.coming != nil {
		<-r.coming
		r.coming = nil
	}
}
