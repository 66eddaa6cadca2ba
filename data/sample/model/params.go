package model

// This file is the truth: every number that the simulation uses. Shares are in
// percent and hold for the person at the reference point: 45 years old, latent
// scores at their country-free mean, in the first wave. Effects are in standard
// deviations of the latent score.

// Waves are the years of fieldwork.
func Waves() []int { return []int{2023, 2024, 2025} }

// Latest is the wave that the report is about.
const Latest = 2025

// Scores of the latent model, in the order of the tables below.
const (
	want  = iota // wants personalized service
	worry        // worries about being tracked
	trust        // trusts those who hold personal data
	open         // is open to sharing
	scores
)

// correlation of the scores between people of the same age, country and wave.
// Want and worry go together a little: that is the contradiction.
var correlation = [scores][scores]float64{
	want:  {1, 0.15, 0.20, 0.30},
	worry: {0.15, 1, -0.30, -0.25},
	trust: {0.20, -0.30, 1, 0.45},
	open:  {0.30, -0.25, 0.45, 1},
}

// ageEffect is what 15 years more add to each score: the young expect more.
var ageEffect = [scores]float64{want: -0.22, worry: 0.06, trust: -0.04, open: -0.12}

// waveEffect is what a year adds to each score: each wave more come round.
var waveEffect = [scores]float64{want: 0.085, worry: 0.02, trust: 0.03, open: 0.095}

// A country: its effect on each score and its population of online adults.
type country struct {
	name    string
	effect  [scores]float64
	urban   float64    // share in urban areas
	regions [4]region  // shares add to 1
	ages    [6]float64 // shares of the age bands, add to 1
	degree  float64    // share with a degree
}

type region struct {
	name  string
	share float64
}

// The shares are rounded and plausible, not official statistics.
var countries = [6]country{
	{"United States", [scores]float64{want: 0.08, worry: 0, trust: -0.08, open: 0.08}, 0.80,
		[4]region{{"Northeast", 0.17}, {"Midwest", 0.21}, {"South", 0.38}, {"West", 0.24}},
		[6]float64{0.12, 0.18, 0.17, 0.16, 0.17, 0.20}, 0.38},
	{"Canada", [scores]float64{want: 0, worry: -0.03, trust: 0.05, open: 0.03}, 0.81,
		[4]region{{"Quebec and Atlantic", 0.30}, {"Ontario", 0.38}, {"Prairies", 0.18}, {"British Columbia", 0.14}},
		[6]float64{0.11, 0.18, 0.17, 0.16, 0.17, 0.21}, 0.36},
	{"United Kingdom", [scores]float64{want: -0.03, worry: 0.02, trust: 0, open: 0}, 0.83,
		[4]region{{"North", 0.26}, {"Midlands and Wales", 0.24}, {"South and London", 0.39}, {"Scotland and Northern Ireland", 0.11}},
		[6]float64{0.11, 0.17, 0.17, 0.17, 0.17, 0.21}, 0.37},
	{"Germany", [scores]float64{want: -0.22, worry: 0.35, trust: -0.10, open: -0.25}, 0.77,
		[4]region{{"North", 0.20}, {"East", 0.19}, {"South", 0.30}, {"West", 0.31}},
		[6]float64{0.09, 0.16, 0.16, 0.16, 0.20, 0.23}, 0.30},
	{"Brazil", [scores]float64{want: 0.30, worry: 0.18, trust: 0.02, open: 0.22}, 0.87,
		[4]region{{"North and Centre-West", 0.17}, {"Northeast", 0.25}, {"Southeast", 0.43}, {"South", 0.15}},
		[6]float64{0.17, 0.24, 0.22, 0.17, 0.12, 0.08}, 0.24},
	{"Japan", [scores]float64{want: -0.15, worry: -0.28, trust: 0.05, open: -0.12}, 0.92,
		[4]region{{"Hokkaido and Tohoku", 0.11}, {"Kanto", 0.36}, {"Chubu and Kansai", 0.34}, {"Chugoku to Kyushu", 0.19}},
		[6]float64{0.09, 0.14, 0.17, 0.19, 0.17, 0.24}, 0.42},
}

// ageBands are the bounds of the bands in country.ages, both ends inclusive.
var ageBands = [6][2]int{{18, 24}, {25, 34}, {35, 44}, {45, 54}, {55, 64}, {65, 85}}

// participation is the chance that a person drawn in each age band takes part.
var participation = [6]float64{0.42, 0.75, 1, 1, 0.90, 0.48}

// allocation is the power of a stratum's share that its interviews are in
// proportion to: 1 would be proportional, 0 the same number everywhere.
const allocation = 0.65

// Industries that are rated, and how many of them a person rates.
const (
	telecom = iota
	hardware
	media
	banking
	retail
	health
	travel
	government
	industries
	ratedEach = 3
)

// An industry: the share who expect personalized service of it (top 2 of 5),
// the share who trust it with personal data (top 2 of 5), and the shares who
// would share location, address, payment card, phone number, search history.
type industry struct {
	key, name string
	expect    float64
	custody   float64
	share     [kinds]float64
}

var industryTable = [industries]industry{
	telecom:    {"telecom", "Telecoms", 71.8, 31, [kinds]float64{34, 36, 19, 46, 14}},
	hardware:   {"hardware", "Hardware", 70.7, 35, [kinds]float64{32, 30, 17, 27, 15}},
	media:      {"media", "Media", 70.5, 17, [kinds]float64{21, 12, 11, 15, 20}},
	banking:    {"banking", "Banking", 62, 52, [kinds]float64{27, 51, 44, 49, 8}},
	retail:     {"retail", "Retail", 59, 32, [kinds]float64{28, 47, 35, 32, 22}},
	health:     {"health", "Health", 53, 52, [kinds]float64{29, 49, 16, 48, 12}},
	travel:     {"travel", "Travel", 54, 32, [kinds]float64{47, 32, 33, 37, 19}},
	government: {"government", "Government", 38, 39, [kinds]float64{20, 45, 10, 37, 6}},
}

// How strongly an answer depends on a score: its correlation with it among
// people of the same age, country and wave, where only one score counts. The
// particular trust in an industry moves the sharing with it: trust and sharing
// go together within a person.
const (
	expectOnWant          = 0.60
	custodyOnTrust        = 0.60
	custodyOnOwn          = 0.50 // trust in this industry beyond trust in general
	shareOnOpen           = 0.50
	shareOnTrust          = 0.20
	shareOnOwn            = 0.40
	serviceOnWant         = 0.60
	trackedOnWorry        = 0.75
	concernOnWorry        = 0.70
	benefitOnOpen         = 0.45
	benefitOnWant         = 0.25
	clickOnWorry          = -0.10
	clickOnAge            = -0.10 // for 15 years
	policyOnClick         = -0.45
	understandOnPolicy    = 0.35
	understandOnExpertise = 0.30 // for each point
	controlOnOpen         = 0.35
	controlOnTrust        = 0.20
	controlOnWorry        = -0.25
	permitOnOpen          = 0.45
	willingOnOpen         = 0.55
	willingOnTrust        = 0.25
	willingIfUnderstood   = 0.15  // those who understand how data are used are more willing
	willingIfTold         = 0.225 // about 8 points
	skipOnWorry           = 0.45
)

// An item of a battery: its name in the column, its wording, and the share who
// agree, are worried, tick it.
type item struct {
	key, label string
	share      float64
}

const (
	services    = 4
	concerns    = 4
	kinds       = 5
	benefits    = 6
	permissions = 5
)

var serviceTable = [services]item{
	{"time", "They value my time", 69},
	{"known", "They know me whichever channel I use", 56},
	{"quick", "They give quick and easy answers", 73},
	{"level", "They offer a solution at my level of expertise", 60},
}

var concernTable = [concerns]item{
	{"sold", "My data are sold on", 66},
	{"stolen", "My data are stolen or leaked", 71},
	{"watched", "I am followed from site to site", 58},
	{"wrong", "Wrong conclusions are drawn about me", 44},
}

var kindTable = [kinds]item{ // shares are in industryTable
	{key: "location", label: "Location"},
	{key: "address", label: "Postal address"},
	{key: "card", label: "Payment card"},
	{key: "phone", label: "Phone number"},
	{key: "search", label: "Search history"},
}

// The last benefit is ticked by those who tick no other.
var benefitTable = [benefits]item{
	{"discounts", "Discounts", 53},
	{"time", "Saved time", 36},
	{"service", "Better service", 33},
	{"early", "Early access to new things", 17},
	{"offers", "Offers that are relevant to me", 29},
	{key: "nothing", label: "Nothing would"},
}

var permissionTable = [permissions]item{
	{"location", "Location", 55},
	{"contacts", "Contacts", 34},
	{"microphone", "Microphone", 29},
	{"notifications", "Notifications", 66},
	{"ads", "Tracking for advertisements", 24},
}

// Single questions: the share in the top answers of each.
const (
	trackedShare    = 58.8 // feels tracked
	clickShare      = 59   // usually or always clicks through agreements unread
	policyShare     = 24   // reads most of a privacy policy, or all of it
	understandShare = 31   // understands well how data are used
	controlShare    = 29   // feels much or fully in control of their data
	willingShare    = 32   // willing on the whole, not told of a benefit
)

// Cuts between the answers of an ordered question. The top answers begin at 0;
// an item's share moves the whole answer up or down.
var (
	fivePoints  = []float64{-1.35, -0.70, 0, 0.85}
	trackedCuts = []float64{-0.95, 0, 0.42}
	fourPoints  = []float64{-0.85, 0, 0.75}
)

// No answer: the chance of don't know in an ordered question and of refusing a
// question about data; refusing income and skipping a question depend on worry.
const (
	dontKnow     = 0.012
	dontKnowNew  = 0.025 // added for the least expert
	refuse       = 0.010
	refuseIncome = 9  // income, percent
	sensitive    = 6  // sensitive questions that can be skipped
	skipShare    = 14 // percent who skip one
	commentShare = 0.22
)

// controlLeftOut is the wave whose questionnaire had no question on control.
const controlLeftOut = 2024

// The price of the location: shares in percent of those who would not sell, and of those
// who would take nothing for it; what the others ask, in euros a month, is lognormal.
const (
	notForSaleShare   = 21
	notForSaleOnWorry = 0.40
	notForSaleOnOpen  = -0.30
	noPrice           = 0.05 // chance of don't know
	freeShare         = 13
	freeOnWorry       = -0.30
	freeOnOpen        = 0.30
	priceMedian       = 14.5
	priceSpread       = 0.80  // standard deviation of the logarithm
	priceOnWorry      = 0.30  // on the logarithm
	priceOnOpen       = -0.20 // on the logarithm
	priceMost         = 500   // the form takes no more
)

// The time that the interview took, in minutes: lognormal, but for those who rush.
const (
	minutesMedian = 9.5
	minutesSpread = 0.22
	minutesOnAge  = 0.05 // for 15 years, on the logarithm
	rushShare     = 0.02
	rushAlike     = 0.15 // of those who give one answer to all items of a battery
	rushFrom      = 1.5
	rushTo        = 3.4
)
