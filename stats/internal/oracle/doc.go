// Package oracle reads cases that another program has computed: data, how the
// sample was drawn, what was asked, and the numbers that came out. Cases stand
// in ../shared/oracle (1,343 of them, most by R's survey) and, a few of every kind, in
// testdata beside this file. The tests of this folder run every case through
// the packages of stats and fail on a case that nothing answers.
//
// It is tooling for tests; the program never imports it.
package oracle
