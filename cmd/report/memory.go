package main

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"math"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// A size is a flag of bytes: 500MB, 2GB, 1.5GB.
type size struct {
	bytes int64 // 0 = no limit
	set   bool
}

func (s *size) Type() string { return "size" }

func (s *size) String() string {
	if !s.set {
		return ""
	}
	return strconv.FormatInt(s.bytes, 10)
}

func (s *size) Set(text string) error {
	wrong := errors.New("it is a size such as 500MB or 2GB, or none")
	upper := strings.ToUpper(strings.TrimSpace(text))
	if upper == "NONE" {
		*s = size{set: true}
		return nil
	}
	for unit, bytes := range map[string]float64{"MB": 1e6, "GB": 1e9, "TB": 1e12} {
		number, ok := strings.CutSuffix(upper, unit)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(v > 0) || v*bytes >= math.MaxInt64 || v*bytes < 1 {
			return wrong
		}
		*s = size{int64(v * bytes), true}
		return nil
	}
	return wrong
}

// limit is how many bytes a run may take: what the flag says, or else nine
// tenths of what the machine has free, where it tells; 0 is no limit. The Go
// runtime is told, so that it collects harder before it takes more.
func (s *size) limit(root fs.FS) int64 {
	limit := s.bytes
	if !s.set {
		limit = free(root) / 10 * 9
	}
	if limit > 0 && limit < debug.SetMemoryLimit(-1) { // GOMEMLIMIT may be lower
		debug.SetMemoryLimit(limit)
	}
	return limit
}

// free is how much memory the machine has free by the files of Linux, the limit
// of a container included; 0 where there are none.
func free(root fs.FS) int64 {
	least := int64(math.MaxInt64)
	take := func(n int64, ok bool) {
		if ok && n > 0 {
			least = min(least, n)
		}
	}
	take(available(root))
	for _, file := range limits(root) {
		take(number(root, file))
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}

// available reads the line of /proc/meminfo "MemAvailable:  123 kB".
func available(root fs.FS) (int64, bool) {
	b, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return 0, false
	}
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 3 && f[0] == "MemAvailable:" && f[2] == "kB" {
			n, err := strconv.ParseInt(f[1], 10, 64)
			return n << 10, err == nil && n < math.MaxInt64>>10
		}
	}
	return 0, false
}

// limits lists the files that limit the control groups of the process and those
// above, of the second version and the first.
func limits(root fs.FS) []string {
	b, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	var files []string
	for lines := bufio.NewScanner(bytes.NewReader(b)); lines.Scan(); {
		f := strings.SplitN(lines.Text(), ":", 3) // number, controllers, group
		if len(f) < 3 {
			continue
		}
		base, name := "sys/fs/cgroup", "memory.max"
		switch f[1] {
		case "":
		case "memory":
			base, name = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		for group := path.Join("/", f[2]); ; group = path.Dir(group) {
			files = append(files, path.Join(base, group, name))
			if group == "/" {
				break
			}
		}
	}
	return files
}

// number reads a file that holds one; "max" is none.
func number(root fs.FS, name string) (int64, bool) {
	b, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return n, err == nil
}
