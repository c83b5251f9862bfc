package tenant

import (
	"fmt"
	"time"
)

// node is an account's place in the tree, what rights are checked against. It stays when the account is removed.
type node struct {
	ID        ID        `json:"id"`
	Parent    ID        `json:"parent,omitempty"`
	Kind      Kind      `json:"kind"`
	Suspended bool      `json:"suspended,omitempty"`
	Removed   time.Time `json:"removed,omitzero"`
}

func (v view) node(id ID) (node, error) {
	if err := id.check(); err != nil {
		return node{}, err
	}
	return get[node](v, v.d.operator, nodePlace(id))
}

// liveNode is a node that is not removed.
func (v view) liveNode(id ID) (node, error) {
	n, err := v.node(id)
	if err == nil && !n.Removed.IsZero() {
		err = ErrNotFound
	}
	if err != nil {
		return node{}, fmt.Errorf("account %s: %w", id, err)
	}
	return n, nil
}

// nodes returns every account that is not removed.
func (v view) nodes() ([]node, error) {
	var out []node
	for pair, err := range v.r.Scan([]byte(metaNodes), nil) {
		if err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
		n, err := open[node](v.d, v.d.operator, string(pair.Key), pair.Value)
		if err != nil {
			return nil, err
		}
		if n.Removed.IsZero() {
			out = append(out, n)
		}
	}
	return out, nil
}

func (t tx) putNode(n node) error { return t.put(t.d.operator, nodePlace(n.ID), n) }
