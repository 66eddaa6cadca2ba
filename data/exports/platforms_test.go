package exports

import (
	"fmt"
	"strings"
	"testing"
)

// TestPlatforms: columns that survey platforms add are left out by the names
// that the platforms' own documentation gives them, and the same names in
// another export are not.
func TestPlatforms(t *testing.T) {
	for _, tt := range []struct{ name, header, row, want string }{
		{"Qualtrics", "StartDate,IPAddress,ResponseId,RecipientLastName,RecipientEmail,ExternalReference,LocationLatitude,Q1,Q1_3_TEXT", "2026-01-01,,R_%[1]d,,,,,%[2]d,well %[1]d",
			"IPAddress ResponseId RecipientLastName RecipientEmail ExternalReference LocationLatitude Q1_3_TEXT"},
		{"SurveyMonkey", "Respondent ID,Collector ID,Date Created,IP Address,Email Address,First Name,Last Name,q", "1%[1]d,2,x,,,,,%[2]d", "Respondent ID/Collector ID/IP Address/Email Address/First Name/Last Name"},
		{"LimeSurvey by codes", "id,submitdate,lastpage,startlanguage,seed,token,ipaddr,refurl,q", "%[1]d,2026-01-01,3,en,5,abc,,,%[2]d", "id seed token ipaddr refurl"},
		{"LimeSurvey by words", "Response ID,Date submitted,Last page,Start language,Seed,Access code,IP address,Referrer URL,q", "%[1]d,2026-01-01,3,en,5,abc,,,%[2]d", "Response ID/Seed/Access code/IP address/Referrer URL"},
		{"Google Forms", "Timestamp,Username,Which?", "2026/01/01 10:00:0%[1]d,,%[2]d", "Timestamp Username"},
		{"Google Forms in German", "Zeitstempel,E-Mail-Adresse,q", "01.01.2026 10:00:0%[1]d,a%[1]d@example.org,%[2]d", "Zeitstempel/E-Mail-Adresse"},
		{"none of them", "group,seed,token,Timestamp,q", "1,2,red,%[2]d,%[2]d", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			content := tt.header + "\n"
			for i := range 8 {
				content += fmt.Sprintf(tt.row, i, i%2) + "\n"
			}
			s := survey(t, nil, text("a.csv", content))
			var got []string
			for _, d := range s.Codebook.Dropped {
				got = append(got, d.Name)
			}
			if strings.Join(got, " ") != strings.ReplaceAll(tt.want, "/", " ") {
				t.Errorf("left out %q, want %q", got, tt.want)
			}
		})
	}
}
