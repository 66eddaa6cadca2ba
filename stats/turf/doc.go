// Package turf finds the items that together reach most people: total
// unduplicated reach and frequency (TURF; Miaoulis, Free and Parsons 1990,
// Marketing Research 2), for benefits, products, messages or media.
//
//  1. Columns say who holds each item (would share data for it, say), and a
//     stats.Design who counts how much.
//  2. Best looks for the sets of k items with the largest reach, the share of
//     people who hold at least one of them, or at least m: exhaustively, by branch
//     and bound, and where that is too much work by exchange of items, which it
//     says.
//  3. Reach makes statistics of sets, so that Design.Estimate gives standard
//     errors and differences between sets, which share most of their people, and
//     Reached columns for stats.Proportion, which gives them intervals.
//
// The reach of the best of many sets is too good: it won in this sample. The
// difference to the next set, with its standard error, shows how safe the choice is.
package turf
