package exports

// This file holds the words by which identifiers are known.

// platformColumns are columns of online survey tools, in the tools' own
// spelling. They identify people whatever they hold.
func platformColumns() map[string]string {
	return map[string]string{
		// Qualtrics
		"IPAddress": whyAddress, "RecipientLastName": whyName, "RecipientFirstName": whyName, "RecipientEmail": whyEmail,
		"ResponseId": whyPerson, "ResponseID": whyPerson, "ExternalReference": whyPerson, "ExternalDataReference": whyPerson,
		"LocationLatitude": whyPlace, "LocationLongitude": whyPlace, "LocationAccuracy": whyPlace, "EmailAddress": whyEmail,
		"PROLIFIC_PID": whyPerson, "workerId": whyPerson, "assignmentId": whyPerson,
		// SurveyMonkey
		"RespondentID": whyPerson, "Respondent ID": whyPerson, "IP Address": whyAddress, "Email Address": whyEmail,
		"First Name": whyName, "Last Name": whyName,
		// LimeSurvey
		"Response ID": whyPerson, "IP address": whyAddress, "Referrer URL": whyDevice, "ipaddr": whyAddress, "refurl": whyDevice,
		"Seed": whyPerson, "startlanguage_token": whyPerson,
	}
}

// ownWords are names that leave no doubt if the variable is not a closed
// question, without case, blanks and signs.
func ownWords() map[string]string {
	out := map[string]string{}
	for why, words := range map[string]string{
		whyPerson: "respid respondentid respondent responseid responseuuid caseid userid panelid panelistid panelist participantid participant subjectid memberid " +
			"recipientid contactid customerid workerid prolificpid prolificid mturkid interviewid interviewnumber recordid recordno recordnumber serial serialnumber " +
			"externalreference externaldatareference teilnehmernummer teilnehmerid befragtenid kundennummer lfdn lfdnr identifiant idrepondant numerorepondant identificador idencuestado " +
			"socialsecuritynumber ssn passportnumber",
		whyDevice:  "deviceid sessionid cookieid cookie idfa gaid advertisingid browserfingerprint fingerprintid useragent macaddress imei gclid",
		whyAddress: "ip ipaddress ipadresse adresseip direccionip clientip remoteip remoteaddr",
		whyEmail:   "email emailaddress mail mailaddress recipientemail emailadresse mailadresse courriel adressemail adresseemail correo correoelectronico correoelectrónico",
		whyName:    "firstname lastname fullname surname forename yourname vorname nachname familienname prénom prenom nomdefamille nombreyapellidos apellido apellidos recipientfirstname recipientlastname",
		whyPhone:   "phone phonenumber telephone telephonenumber mobilenumber cellphonenumber telefon telefonnummer handynummer mobilnummer téléphone numérodetéléphone teléfono telefono",
		whyStreet:  "streetaddress homeaddress postaladdress mailingaddress anschrift adresspostale adressepostale domicilio",
		whyPlace:   "latitude longitude latlon latlng latlong gps gpscoordinates geolocation coordinates koordinaten coordonnées coordenadas",
		whyBirth:   "dob dateofbirth birthdate geburtsdatum datedenaissance fechadenacimiento fechanacimiento",
	} {
		for w := range list(words) {
			out[w] = why
		}
	}
	return out
}

// A lexicon is the words by which identifiers are known.
type lexicon struct {
	platform map[string]string // names of columns, in the tools' spelling
	whole    map[string]string // names without case, blanks and signs

	// Words that make an identifier likely where they stand in a name.
	email, phone, name, street, postcode, birth, birthday, date, globe, id, comment, region map[string]bool
}

func newLexicon() *lexicon {
	return &lexicon{
		platform: platformColumns(),
		whole:    ownWords(),
		email:    list("email emails mail courriel correo"),
		phone:    list("phone telephone mobile cell telefon telefonnummer handy handynummer tel téléphone teléfono telefono móvil movil celular portable"),
		name:     list("name names firstname lastname fullname surname vorname nachname nom noms prénom prenom nombre nombres apellido apellidos username nickname"),
		street:   list("address street adresse anschrift strasse straße rue dirección direccion calle domicilio"),
		postcode: list("zip zipcode postcode postalcode postal plz postleitzahl codepostal codigopostal"),
		birth:    list("birth birthdate geburt naissance nacimiento born"),
		birthday: list("dob birthday geburtstag geburtsdatum birthdate"),
		date:     list("date datum fecha day tag jour día dia"),
		globe:    list("lat latitude lon lng long longitude latitud longitud breitengrad längengrad"),
		id:       list("id ids uid uuid guid respid caseid userid hhid hid pid idno idnr identifier identifiant identificador folio token serial record recordno lfdn kennung"),
		comment:  list("comment comments feedback kommentar kommentare anmerkung anmerkungen commentaire commentaires comentario comentarios verbatim remark remarks"),
		region:   list("country countries state states region regions province county nation continent land bundesland kanton pays région département país pais provincia estado comunidad"),
	}
}
