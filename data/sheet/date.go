package sheet

import "time"

// The two forms of a date cell's text: a whole day, and a moment.
const (
	dayForm    = "2006-01-02"
	momentForm = "2006-01-02 15:04:05"
)

// AppendDate appends the text of a Date cell.
func AppendDate(b []byte, t time.Time) []byte {
	t = t.UTC()
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.AppendFormat(b, dayForm)
	}
	return t.AppendFormat(b, momentForm)
}

// parseDate reads the text of a Date cell.
func parseDate(b []byte) (time.Time, bool) {
	form := momentForm
	if len(b) == len(dayForm) {
		form = dayForm
	}
	t, err := time.Parse(form, string(b))
	return t, err == nil
}
