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
	key    []byte           // as it stands between its quotation marks
	turn   int64            // of the parser when it was met last
}

func newNode(parent *node, key string) *node {
	n := &node{parent: parent, name: key, kids: map[string]*node{}, spelt: map[string]*node{}, key: []byte(key)}
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

// kid is the node of a key, which most often is the one that came next before; nil
// for a key that has not been met.
func (n *node) kid(raw []byte, escaped bool, guess int) *node {
	switch {
	case guess < len(n.order) && string(n.order[guess].key) == string(raw):
		return n.order[guess]
	case escaped:
		return n.spelt[string(raw)]
	}
	return n.kids[string(raw)]
}
