ASCII SPSS PORT FILE                    ASCII SPSS PORT FILE                    
ASCII SPSS PORT FILE                    ASCII SPSS PORT FILE                    
ASCII SPSS PORT FILE                    0000000000000000000000000000000000000000
0000000000000000000000000123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst
uvwxyz .<(+|&[]!$*);^-/|,%_>?`:$@'="000000~-0000123456789000-()0{}\0000000000000
00000000000000000000000000000000000000000000000000000000SPSSPORTA8/202611226/153
2371E/GNU pspp 1.6.23J/x86_64-pc-linux-gnu49/5B/70/2/Q15/2/0/5/2/0/B37/39/C12/Ho
w comfortable are you, 1 to 5?70/2/Q25/2/0/5/2/0/88/89/70/1/W5/D/6/5/D/6/81713A/
C6/Weight70/5/THIRD5/L/F/5/L/F/9-1/7K/4/TOWN1/K/0/1/K/0/88/dk      CD/Town, if t
old70/1/DK/B/0/K/B/0/70/1/TM/K/0/M/K/0/70/3/DURL/8/0/L/8/0/71/3/ONE1/1/0/1/1/0/D
1/2/Q14/1/A/Not at all5/4/Very37/A/Don't know38/7/RefusedD1/2/Q24/1/A/Not at all
5/4/Very37/A/Don't know38/7/RefusedD1/4/TOWN1/K/dk                  D/Does not k
nowD1/3/ONE2/1/a5/Alpha1/b4/BetaE3/O/First line of a documentG/and a second oneO
/   (Entered 22 Nov 2026)F1/8/.3L39AO/.A/K/Berlin              IRNI+3/IRNJK00/60
0/1/a2/9/1.F/DLFKB3A/K/New York            J35M+3/J35P5TT/35TT/1/b37/1/-2.MF/-25
I9-A/K/                    GNQ4O00/GMPJHTT/1/1/ 38/-1/1713A/52CE69.3KL/K/dk     
             *.*.*.1//*.*.*.*.K/a/b Z *.            DM4O+3/DM4O+3/DA00/1/Z39/2/.
3/1D0QFHII7R-72/K/12345678901234567890MBK8O00/MBK8O01/0/1/*5/3/T/1BOSIHGBMH+6E/K
/ends.               NJMO00/NJMO00/1I00/1/.ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ
