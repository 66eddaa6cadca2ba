//go:build race

package main

// raced is whether the program under test looks for data races: a process then
// takes seconds to start, and tests that start many start fewer.
const raced = true
