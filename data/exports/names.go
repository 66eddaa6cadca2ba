package exports

import (
	"maps"
	"slices"
	"strings"

	"tradeoff/data"
)

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
		"First Name": whyName, "Last Name": whyName, "Collector ID": whyDevice, "CollectorID": whyDevice,
		// LimeSurvey
		"Response ID": whyPerson, "IP address": whyAddress, "Referrer URL": whyDevice, "ipaddr": whyAddress, "refurl": whyDevice,
		"Seed": whyPerson, "startlanguage_token": whyPerson,
	}
}

// inContext are columns of tools whose names say too little alone: they
// identify people where the neighbours tell whose export it is.
func inContext(book *data.Codebook) map[string]string {
	out := map[string]string{}
	has := func(names ...string) (n int) {
		for _, name := range names {
			if book.Variable(name) != nil {
				n++
			}
		}
		return n
	}
	if has("submitdate", "lastpage", "startlanguage", "startdate", "datestamp") >= 2 { // LimeSurvey by codes
		maps.Copy(out, map[string]string{"id": whyPerson, "token": whyPerson, "seed": whyPerson, "ipaddr": whyAddress, "refurl": whyDevice})
	}
	if has("Date submitted", "Last page", "Start language", "Date last action") >= 2 { // and by words
		maps.Copy(out, map[string]string{"Token": whyPerson, "Access code": whyPerson})
	}
	if len(book.Variables) > 0 && slices.Contains(stamps(), book.Variables[0].Name) { // Google Forms
		maps.Copy(out, map[string]string{book.Variables[0].Name: whyMoment, "Username": whyEmail})
	}
	for i := range book.Variables { // Qualtrics of old: V3, Name
		if v := &book.Variables[i]; v.Label == "Name" && strings.HasPrefix(v.Name, "V") && has("V1", "V2") == 2 {
			out[v.Name] = whyName
		}
	}
	return out
}

// stamps are what Google Forms calls the moment of an answer, in the language
// of the form's author. To the second, it tells who was seen answering.
func stamps() []string {
	return []string{"Timestamp", "Zeitstempel", "Horodateur", "Marca temporal", "Informazioni cronologiche", "Carimbo de data/hora", "Tijdstempel"}
}

// ownWords are names that leave no doubt if the variable is not a closed
// question, without case, blanks and signs.
func ownWords() map[string]string {
	out := map[string]string{}
	for why, words := range map[string]string{
		whyPerson: "respid respondentid respondent responseid responseuuid caseid userid panelid panelistid panelist participantid participant subjectid memberid " +
			"recipientid contactid customerid workerid prolificpid prolificid mturkid interviewid interviewnumber recordid recordno recordnumber serial serialnumber " +
			"externalreference externaldatareference teilnehmernummer teilnehmerid befragtenid kundennummer lfdn lfdnr identifiant idrepondant numerorepondant identificador idencuestado " +
			"idrispondente iddoentrevistado respondentnummer respondentnr deelnemernummer socialsecuritynumber ssn passportnumber",
		whyDevice:  "deviceid sessionid cookieid cookie idfa gaid advertisingid browserfingerprint fingerprintid useragent macaddress imei gclid",
		whyAddress: "ip ipaddress ipadresse ipadres adresseip indirizzoip direccionip endereçoip enderecoip clientip remoteip remoteaddr",
		whyEmail:   "email emailaddress mail mailaddress recipientemail emailadresse mailadresse courriel adressemail adresseemail correo correoelectronico correoelectrónico direccióndecorreoelectrónico indirizzoemail endereçodeemail enderecodeemail emailadres",
		whyName:    "firstname lastname fullname surname forename yourname vorname nachname familienname prénom prenom nomdefamille nombreyapellidos apellido apellidos cognome nomeecognome nomecompleto sobrenome apelido voornaam achternaam recipientfirstname recipientlastname",
		whyPhone:   "phone phonenumber telephone telephonenumber mobilenumber cellphonenumber telefon telefonnummer handynummer mobilnummer téléphone numérodetéléphone teléfono telefono numeroditelefono numerodetelefone númerodetelefone telefone telemóvel telefoonnummer mobielnummer",
		whyStreet:  "streetaddress homeaddress postaladdress mailingaddress anschrift adresspostale adressepostale domicilio indirizzopostale endereçopostal woonadres postadres",
		whyPlace:   "latitude longitude latitudine longitudine breedtegraad lengtegraad latlon latlng latlong gps gpscoordinates geolocation coordinates koordinaten coordonnées coordenadas",
		whyBirth:   "dob dateofbirth birthdate geburtsdatum datedenaissance fechadenacimiento fechanacimiento datadinascita datadenascimento geboortedatum",
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
		email:    list("email emails mail courriel correo posta"),
		phone:    list("phone telephone mobile cell telefon telefonnummer handy handynummer tel téléphone teléfono telefono móvil movil celular portable telefoon telefone cellulare telemóvel"),
		name:     list("name names firstname lastname fullname surname vorname nachname nom noms prénom prenom nombre nombres apellido apellidos nome cognome sobrenome naam voornaam achternaam username nickname"),
		street:   list("address street adresse anschrift strasse straße rue dirección direccion calle domicilio indirizzo endereço endereco straat adres"),
		postcode: list("zip zipcode postcode postalcode postal plz postleitzahl codepostal codigopostal codicepostale cep"),
		birth:    list("birth birthdate geburt naissance nacimiento nascita nascimento geboorte born"),
		birthday: list("dob birthday geburtstag geburtsdatum geboortedatum verjaardag birthdate"),
		date:     list("date datum fecha data day tag jour día dia"),
		globe:    list("lat latitude lon lng long longitude latitud longitud breitengrad längengrad"),
		id:       list("id ids uid uuid guid respid caseid userid hhid hid pid idno idnr identifier identifiant identificador folio token serial record recordno lfdn kennung"),
		comment:  list("comment comments feedback kommentar kommentare anmerkung anmerkungen commentaire commentaires comentario comentarios commento commenti comentário comentários opmerking opmerkingen osservazioni verbatim remark remarks"),
		region:   list("country countries state states region regions province county nation continent land bundesland kanton pays région département país pais provincia estado comunidad paese regione stato país região distrito provincie gemeente"),
	}
}
