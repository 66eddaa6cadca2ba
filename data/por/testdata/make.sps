* Writes portable files with what the format knows, and pspp.sav, what PSPP
* reads from one of them. Run in this folder: pspp make.sps (GNU PSPP 1.6.2).
* The cases are made up.
DATA LIST LIST NOTABLE /q1 (F2.0) q2 (F2.0) w (F12.6) third (F20.15) town (A20) d (DATE11) t (DATETIME20) dur (TIME8) one (A1).
BEGIN DATA
1 8 0.123456 0.333333333333333 "Berlin" 01-JAN-2020 "01-JAN-2020 12:30:00" 01:30:00 "a"
2 9 1.5 1e10 "New York" 29-FEB-2024 "29-FEB-2024 23:59:59" 23:59:59 "b"
97 1 -2.75 -1e-10 " " 14-OCT-1970 "31-DEC-1969 23:59:59" 00:00:01 " "
98 -1 1000000 123456789.123 "dk" . . . "/"
. . . . "a/b Z *." 01-MAR-1900 "01-MAR-1900 00:00:00" 100:00:00 "Z"
99 2 0.1 2e-300 "12345678901234567890" 31-DEC-2099 "31-DEC-2099 00:00:01" 00:00:00 "*"
5 3 29 1e300 "ends." 01-JAN-1601 "01-JAN-1601 00:00:00" 12:00:00 "."
END DATA.
VARIABLE LABELS q1 "How comfortable are you, 1 to 5?" town "Town, if told" w "Weight".
VALUE LABELS q1 q2 1 "Not at all" 5 "Very" 97 "Don't know" 98 "Refused" /town "dk" "Does not know" /one "a" "Alpha" "b" "Beta".
MISSING VALUES q2 (8, 9) third (LOWEST THRU -1) town ("dk") w (1000000).
* R's foreign does not read documents.
MISSING VALUES q1 (97 THRU 99).
EXPORT OUTFILE="plain.por".
ADD DOCUMENT "First line of a document" "and a second one".
EXPORT OUTFILE="pspp.por".
* PSPP writes the weight where it does not look for it itself, and the wrong end
* of ranges up to HIGHEST.
WEIGHT BY w.
MISSING VALUES q1 (97 THRU HIGHEST).
EXPORT OUTFILE="weighted.por".
IMPORT FILE="pspp.por".
SAVE OUTFILE="pspp.sav".
