package jsonl

// A node is a key of the objects, with the keys inside it.
type node struct {
	parent *node
	name   string // of the column: the keys above it with points
	column *column
	index  int // of column among the columns of the tree
	kids   map[string]*node
	spelt  map[string]*node // by the key with its escapes, where it has some
	order  []*node          // by first sight
	place  int              // among the keys of its parent, in that order
	key    string           // as it stands, with its quotation marks and a colon
	turn   int64            // of the parser when it was met last
}

func newNode(parent *node, key string) *node {
	n := &node{parent: parent, name: key, kids: map[string]*node{}, spelt: map[string]*node{}}
	if parent != nil && parent.parent != nil {
		n.name = parent.name + "." + key
	}
	return n
}

// copy is the same tree for another parser, with the same columns.
func (n *node) copy(parent *node) *node {
	c := *n
	c.parent, c.turn, c.order = parent, 0, make([]*node, len(n.order))
	c.kids, c.spelt = make(map[string]*node, len(n.kids)), make(map[string]*node, len(n.spelt))
	same := make(map[*node]*node, len(n.order))
	for i, k := range n.order {
		c.order[i] = k.copy(&c)
		same[k] = c.order[i]
	}
	for key, k := range n.kids {
		c.kids[key] = same[k]
	}
	for key, k := range n.spelt {
		c.spelt[key] = same[k]
	}
	return &c
}

// kid is the node of a key; nil for one that has not been met.
func (n *node) kid(raw []byte, escaped bool) *node {
	if escaped {
		return n.spelt[string(raw)]
	}
	return n.kids[string(raw)]
}

// add makes the node of a key that has not been met.
func (n *node) add(raw []byte, name string) *node {
	k := newNode(n, name)
	k.key, k.place = `"`+string(raw)+`":`, len(n.order)
	n.kids[name] = k
	n.order = append(n.order, k)
	return k
}
