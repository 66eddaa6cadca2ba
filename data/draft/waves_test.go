package draft

import (
	"strings"
	"testing"

	"tradeoff/data"
)

// The names of files tell waves where one thing differs and is a year, a part of one,
// or a numbered wave; the earliest stands first.
func TestWavesOfNames(t *testing.T) {
	for files, want := range map[string]string{
		"track2025.sav track2024.sav":             "track2024.sav=2024 track2025.sav=2025",
		"2020_covid_2022.csv 2020_covid_2021.csv": "2020_covid_2021.csv=2021 2020_covid_2022.csv=2022",
		"a/w_2023.csv b/w_2024_final.csv":         "a/w_2023.csv=2023 b/w_2024_final.csv=2024",
		"x_2024q2.csv x_2024q1.csv":               "x_2024q1.csv=2024q1 x_2024q2.csv=2024q2",
		"bus 2024-11.csv bus 2024-02.csv":         "bus 2024-02.csv=2024-02 bus 2024-11.csv=2024-11",
		"wave10.sav wave9.sav":                    "wave9.sav=wave9 wave10.sav=wave10",
		"gb_w2.sav gb_w1.sav":                     "gb_w1.sav=w1 gb_w2.sav=w2",
		"de.sav fr.sav":                           "de.sav= fr.sav=",
		"de_2024.sav fr_2024.sav":                 "de_2024.sav= fr_2024.sav=", // one year: countries
		"de_2024.sav fr_2024.sav de_2025.sav":     "de_2024.sav= fr_2024.sav= de_2025.sav=",
		"track2024.sav track.sav":                 "track2024.sav= track.sav=",
		"id120240.csv id120250.csv":               "id120240.csv= id120250.csv=", // no years
		"track2024.sav":                           "track2024.sav=",
		"export_v1_2024.csv export_v2_2025.csv":   "export_v1_2024.csv=2024 export_v2_2025.csv=2025",
		"from2023to2024.csv from2024to2025.csv":   "from2023to2024.csv= from2024to2025.csv=", // two years each
	} {
		d := &drafter{book: &data.Codebook{}}
		for _, f := range strings.Split(strings.ReplaceAll(files, "bus ", "bus\x00"), " ") {
			d.out.sources = append(d.out.sources, source{file: strings.ReplaceAll(f, "\x00", " ")})
		}
		d.waves()
		var got []string
		for _, s := range d.out.sources {
			got = append(got, s.file+"="+s.wave)
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s: %s, want %s", files, g, want)
		}
	}
	d := &drafter{book: &data.Codebook{Variables: []data.Variable{{Name: "wave"}}}}
	d.out.sources = []source{{file: "a2024.csv"}, {file: "a2025.csv"}}
	if d.waves(); d.out.sources[0].wave != "" {
		t.Error("files that have a column wave cannot be given one")
	}
}
