package analysis

import "testing"

// Who finds a service acceptable is not said to want it; where any question asks for more,
// words stay.
func TestOfServiceIsInTheWordsOfTheQuestions(t *testing.T) {
	for _, c := range []struct {
		questions []string
		want      string
	}{
		{[]string{"How acceptable is it?", "Do you ACCEPT it?"}, "Accept it: who accepts, accepting"},
		{[]string{"How acceptable is it?", "Do you expect it?"}, "Want it: who wants, wanting"},
		{[]string{"Do you want it?"}, "Want it: who wants, wanting"},
	} {
		if got := OfService(c.questions).Replace("Want it: who wants, wanting"); got != c.want {
			t.Errorf("%q: %s, want %s", c.questions, got, c.want)
		}
	}
}
