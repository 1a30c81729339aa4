// German. `words/en.js` says the same in English; the type checker compares the two.

import { saleDe } from "./sale_de.js";

/** @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

export const de = {
  title: "kommit – Auskunft und Tickets",
  skip: "Zum Inhalt springen",
  home: "kommit, zur Startseite",
  nav: "Hauptmenü",
  tickets: "Tickets",
  account: "Konto",
  signIn: "Anmelden",
  otherLanguage: "English",
  map: "Karte",
  mapFailed: "Die Karte kann in diesem Browser nicht gezeichnet werden. Alles andere geht auch ohne sie.",
  zoomIn: "Karte vergrößern",
  zoomOut: "Karte verkleinern",
  showShared: "Leihfahrzeuge auf der Karte zeigen",
  sharedHere: "Leihfahrzeuge in dieser Gegend",
  sharedHint: "Wo die Karte hinsieht, jede halbe Minute neu.",
  sharedNone: "Hier steht zurzeit kein Leihfahrzeug.",
  sharedFar: "Vergrößern Sie die Karte, um Leihfahrzeuge zu sehen.",
  sharedFailed: "Leihfahrzeuge sind gerade nicht zu erfahren.",
  /** @param {number} n */
  sharedMore: (n) => `und ${n} weitere auf der Karte`,
  /** @param {number} n */
  available: (n) => (n ? `${n} verfügbar` : "keines verfügbar"),
  /** @param {number} n */
  docksFree: (n) => (n ? count(n, "freier Platz", "freie Plätze") : "kein Platz frei"),
  closedNow: "zurzeit geschlossen",
  /** @param {string} km */
  range: (km) => `Reichweite ${km}`,
  /** @param {string} time */
  freeUntil: (time) => `frei bis ${time}`,
  illustrative: "Straßen nur zur Veranschaulichung",
  sources: "Datenquellen",
  loading: "Wird geladen …",
  back: "Zurück",
  retry: "Noch einmal versuchen",
  close: "Schließen",

  planTitle: "Wohin geht es?",
  planLead: "Von Tür zu Tür, mit einem Ticket für die ganze Fahrt.",
  from: "Start",
  to: "Ziel",
  placeHint: "Haltestelle, Ort oder Straße",
  clear: "Eingabe löschen",
  swap: "Start und Ziel tauschen",
  myPosition: "Mein Standort",
  positionFailed: "Ihr Standort ist nicht bekannt. Erlauben Sie ihn im Browser, oder geben Sie einen Ort ein.",
  /** @param {number} n */
  suggestions: (n) => (n ? count(n, "Vorschlag", "Vorschläge") : "Keine Vorschläge"),
  noSuggestion: "Nichts gefunden. Stimmt die Schreibweise?",
  placeMissing: "Bitte wählen Sie einen Ort aus den Vorschlägen.",
  samePlace: "Start und Ziel sind derselbe Ort.",
  kinds: { stop: "Haltestelle", station: "Bahnhof", street: "Straße", coordinate: "Punkt auf der Karte" },
  when: "Wann?",
  now: "Jetzt",
  depart: "Abfahrt",
  arrive: "Ankunft",
  date: "Datum",
  time: "Uhrzeit",
  search: "Verbindung suchen",
  options: "Optionen",
  rentWhat: "Leihen, wenn es hilft",
  rentable: {
    bicycle: "Leihräder", cargo_bicycle: "Lastenräder", scooter: "E-Roller", moped: "Motorroller",
    car: "Leihautos",
  },
  rentNothing: "nichts leihen",
  /** @param {string[]} what */
  rentOnly: (what) => `leihen: ${what.join(", ")}`,
  ownWhat: "Eigenes Fahrzeug am Start",
  own: { "": "keines", bicycle: "Fahrrad", car: "Auto" },
  ownShort: { bicycle: "eigenes Rad", car: "eigenes Auto" },
  wheelchair: "Mit dem Rollstuhl",
  wheelchairHint: "Nur Fahrten, Halte und Wege, die dafür als geeignet bekannt sind; ohne Leihfahrzeuge.",
  unknownToo: "Auch, was nicht geprüft ist",
  unknownHint: "Jeder Teil einer Verbindung sagt dann, was darüber nicht bekannt ist.",
  unchecked: "Für Rollstühle nicht geprüft",
  allOptions: "alle Leihfahrzeuge",
  examples: "Zum Ausprobieren",
  pickedPoint: "Gewählter Punkt",
  fromHere: "Von hier",
  toHere: "Hierher",

  results: "Verbindungen",
  change: "Ändern",
  searching: "Verbindungen werden gesucht …",
  /** @param {number} n */
  found: (n) => count(n, "Verbindung", "Verbindungen"),
  none: "Keine Verbindung in dieser Zeit",
  noneHint: "Wählen Sie eine andere Zeit, oder einen Ort, der näher an einer Haltestelle liegt.",
  earlier: "Früher",
  later: "Später",
  /** @param {number} n */
  added: (n) => (n ? `${count(n, "weitere Verbindung", "weitere Verbindungen")}` : "Keine weiteren Verbindungen"),
  departNow: "Abfahrt jetzt",
  /** @param {number} n */
  transfers: (n) => (n ? count(n, "Umstieg", "Umstiege") : "ohne Umstieg"),
  /** @param {string} time */
  onFoot: (time) => `${time} zu Fuß`,
  allOnFoot: "nur zu Fuß",
  noPrice: "nicht buchbar",
  free: "kostenlos",
  mustBook: "mit Anmeldung",
  departsAt: "ab",
  arrivesAt: "an",
  takes: "Dauer",
  onTime: "pünktlich",
  /** @param {number} n */
  late: (n) => `${count(n, "Minute", "Minuten")} später`,
  /** @param {number} n */
  early: (n) => `${count(n, "Minute", "Minuten")} früher`,
  hasAlerts: "Hinweis",
  skipped: "hält heute nicht",
  extraTrip: "Zusätzliche Fahrt",
  /** @param {string} now @param {string} planned */
  insteadOf: (now, planned) => `Heute ab ${now} statt ${planned}`,
  /** @param {string} now @param {string} planned */
  endsInstead: (now, planned) => `Heute bis ${now} statt ${planned}`,
  /** @param {string} time */
  vehicleSeen: (time) => `Fahrzeug um ${time} gesehen`,
  effects: {
    NO_SERVICE: "Kein Betrieb", REDUCED_SERVICE: "Weniger Fahrten", SIGNIFICANT_DELAYS: "Große Verspätungen",
    DETOUR: "Umleitung", ADDITIONAL_SERVICE: "Zusätzliche Fahrten", MODIFIED_SERVICE: "Geänderter Betrieb",
    STOP_MOVED: "Haltestelle verlegt", ACCESSIBILITY_ISSUE: "Nicht barrierefrei",
  },

  journey: "Ihre Verbindung",
  /** @param {string} m */
  walk: (m) => `Fußweg, ${m}`,
  walkAir: "Der Weg ist geschätzt: hier sind keine Straßen bekannt.",
  directions: "Wegbeschreibung",
  /** @param {string} place */
  towards: (place) => `Richtung ${place}`,
  staySeated: "Sitzen bleiben: Das Fahrzeug fährt als diese Linie weiter",
  /** @param {number} n */
  between: (n) => count(n, "Zwischenhalt", "Zwischenhalte"),
  bookBy: "Buchen bis",
  bookingNeeded: "Diese Fahrt muss angemeldet werden",
  call: "Anrufen",
  moreInfo: "Mehr erfahren",
  modes: {
    WALK: "Fußweg", BUS: "Bus", COACH: "Bus", RAIL: "Zug", TRAM: "Straßenbahn", SUBWAY: "U-Bahn",
    FERRY: "Fähre", CABLE_CAR: "Seilbahn", ON_DEMAND: "Bedarfsfahrt", BICYCLE: "Fahrrad",
    CARGO_BICYCLE: "Lastenrad", SCOOTER: "E-Roller", CAR: "Auto", OTHER: "Fahrt",
  },
  rented: { BICYCLE: "Leihrad", CARGO_BICYCLE: "Lastenrad", SCOOTER: "E-Roller", CAR: "Leihauto" },
  owned: {
    BICYCLE: "Eigenes Rad", CARGO_BICYCLE: "Eigenes Lastenrad", SCOOTER: "Eigener Roller",
    CAR: "Eigenes Auto",
  },
  /** @param {string} vehicle */
  standsHere: (vehicle) => `${vehicle}: Standort`,
  /** @param {string} vehicle */
  leftHere: (vehicle) => `${vehicle} abgestellt`,
  /** @param {string} who */
  rentedBy: (who) => `Vermietet von ${who}`,
  ownVehicle: {
    BICYCLE: "Ihr eigenes Fahrrad", CARGO_BICYCLE: "Ihr eigenes Lastenrad",
    SCOOTER: "Ihr eigener Roller", CAR: "Ihr eigenes Auto",
  },
  /** @param {string} place */
  parkedAt: (place) => `Bleibt hier stehen: ${place}`,
  parkedThere: "Bleibt am Ende dieses Wegs stehen.",
  pickUp: "Abholen",
  giveBackAt: "Zurückgeben",
  standsFree: "steht frei auf der Straße",
  leaveFree: "frei abstellen, am Ende dieses Wegs",
  rentalPrice: "Miete, etwa",
  priceUnknown: "Preis unbekannt",
  reserveFirst: "Dieses Fahrzeug muss vorher reserviert werden",
  /** @param {string} from @param {string} until */
  freeBetween: (from, until) => `Frei von ${from} bis ${until}`,
  rentThere: "Beim Anbieter mieten",
  /** @param {string} amount */
  needsEnergy: (amount) => `Energie ${amount}`,
  /** @param {string[]} who */
  rentFrom: (who) => `Miete: ${who.join(", ")}`,
  noTicketNeeded: "ohne Ticket",
  rentalsApart: "Preis mit Miete. Als ein Ticket gibt es diese Verbindung jetzt nicht: Manche Fahrzeuge werden nur kurz vorher vergeben, andere nur von ihrem Betreiber.",
  rentalAlone: "Dieses Fahrzeug gibt es hier jetzt nicht zu mieten: Manche werden nur kurz vorher vergeben, andere nur von ihrem Betreiber.",
  notices: {
    "no-ride-fits": "Zu Ihren Wünschen passt keine Fahrt nach Fahrplan.",
    "bike-space-unknown": "Die Fahrzeuge nehmen Fahrräder mit; ob Platz ist, ist nicht bekannt.",
    "rentals-elsewhere": "Manche Leihfahrzeuge werden bei ihrem Betreiber gebucht, nicht hier. Ob das Fahrzeug noch da ist, wenn Sie kommen, ist nicht sicher.",
  },
  bookFor: "Ticket buchen",
  notBookable: "Für diese Verbindung wird hier kein Ticket verkauft.",
  walkOnly: "Dieser Weg braucht kein Ticket.",

  checkout: "Ticket buchen",
  journeyGone: "Diese Verbindung ist nicht mehr offen. Bitte suchen Sie noch einmal.",
  newSearch: "Neue Suche",
  whoRides: "Wer fährt mit?",
  adults: "Erwachsene",
  children: "Kinder",
  childrenHint: "6 bis 14 Jahre",
  /** @param {string} what */
  less: (what) => `${what}: einer weniger`,
  /** @param {string} what */
  more: (what) => `${what}: einer mehr`,
  price: "Preis",
  priceComing: "Preis wird berechnet …",
  total: "Gesamt",
  /** @param {string} time */
  offerUntil: (time) => `Der Preis gilt noch ${time} min`,
  offerOver: "Der Preis gilt nicht mehr.",
  newPrice: "Preis neu berechnen",
  signInToBook: "Zum Buchen anmelden",
  toPayment: "Weiter zur Zahlung",
  holdNote: "Ihre Plätze werden dann für Sie reserviert. Bezahlt wird im nächsten Schritt.",

  noAccount: "Neues Konto",
  haveAccount: "Ich habe ein Konto",
  name: "Name",
  email: "E-Mail-Adresse",
  password: "Passwort",
  passwordHint: "Mindestens 10 Zeichen",
  create: "Konto anlegen",
  signOut: "Abmelden",
  signedOut: "Sie sind abgemeldet.",
  /** @param {string} name */
  signedInAs: (name) => `Angemeldet als ${name}`,

  wallet: "Guthaben",
  balance: "Verfügbar",
  heldMoney: "Vorgemerkt",
  topUp: "Guthaben aufladen",
  topUpHint: "Vorführung: das Geld ist nicht echt.",
  /** @param {string} amount */
  toppedUp: (amount) => `Guthaben jetzt ${amount}`,
  entries: "Buchungen",
  /** @type {Record<string, string>} What the server writes, in English. */
  entryTexts: {
    "top-up": "Aufladung",
    "reserved for a trip": "Für eine Fahrt vorgemerkt",
    "paid for a trip": "Fahrt bezahlt",
    refunded: "Erstattung",
    "given back": "Vormerkung zurückgegeben",
  },
  /** @param {number} n */
  adult: (n) => `Erwachsene Person ${n}`,
  /** @param {number} n */
  child: (n) => `Kind ${n}`,

  payment: "Bezahlen",
  means: "Zahlungsmittel",
  /** @param {string} time */
  heldFor: (time) => `Für Sie reserviert, noch ${time} min`,
  tooLittle: "Ihr Guthaben reicht noch nicht.",
  /** @param {string} price */
  payNow: (price) => `${price} bezahlen`,
  paying: "Wird bezahlt …",
  giveBack: "Reservierung aufheben",

  states: {
    held: "Reserviert", authorised: "Wird bestätigt", confirmed: "Gebucht", started: "Unterwegs", ended: "Gefahren",
    settled: "Abgerechnet", released: "Aufgehoben", cancelled: "Zurückgegeben", expired: "Abgelaufen", failed: "Nicht gebucht",
  },
  stateNotes: {
    held: "", confirmed: "", started: "",
    ended: "Die Fahrt ist vorbei.",
    settled: "Die Fahrt ist vorbei und mit den Betreibern abgerechnet.",
    authorised: "Die Zahlung läuft. Das dauert nur einen Moment.",
    released: "Die Reservierung wurde aufgehoben. Es wurde nichts abgebucht.",
    cancelled: "Dieses Ticket ist ganz zurückgegeben. Was Sie zurückbekommen, steht unter Erstattungen.",
    expired: "Die Reservierung ist abgelaufen. Es wurde nichts abgebucht.",
    failed: "Die Buchung ist nicht zustande gekommen. Es wurde nichts abgebucht.",
  },
  shuttleToo: "Shuttles auf Bestellung",
  shuttleHint: "Fahren nur für Sie und andere, die buchen.",
  /** @param {string} from @param {string} until */
  beThere: (from, until) => `Seien Sie ab ${from} Uhr da. Sie werden bis ${until} Uhr abgeholt.`,
  /** @param {string} place @param {string} time */
  thereBy: (place, time) => `${place} spätestens um ${time} Uhr`,
  bookThere: "Buchen Sie beim Betreiber",
  /** @type {Record<string, string>} */
  rideStates: {
    held: "Reserviert", booked: "Gebucht", on_board: "Unterwegs", done: "Angekommen", no_show: "Nicht angetroffen",
    cancelled: "Aufgehoben", expired: "Abgelaufen", failed: "Kein Fahrzeug",
  },
  comesAt: "Kommt voraussichtlich",
  /** @param {string} time */
  byTime: (time) => `bis ${time} Uhr`,
  vehicle: "Fahrzeug",
  pinHint: "Ihre PIN für die Fahrerin oder den Fahrer",
  rateRide: "Wie war die Fahrt?",
  /** @param {number} n */
  starCount: (n) => (n === 1 ? "1 Stern" : `${n} Sterne`),
  comment: "Kommentar (freiwillig)",
  sendRating: "Bewertung senden",
  /** @param {number} n */
  rated: (n) => `Danke für ${n === 1 ? "1 Stern" : `${n} Sterne`}.`,
  whyNoShuttle: "Warum kein Shuttle?",
  whyUnknown: "Mit einem Shuttle geht es hier nicht besser.",
  showShuttles: "Haltestellen und Gebiete der Shuttles auf der Karte zeigen",
  /** @param {string} time */
  seenAt: (time) => `auf der Karte, Stand ${time}`,
  staff: {
    driver: "Fahrdienst", agent: "Telefonzentrale", name: "Name", secret: "Kennwort", signIn: "Anmelden", signOut: "Abmelden",
    wrongRole: "Dieser Zugang ist für eine andere Aufgabe.", noDuty: "Für dieses Fahrzeug ist gerade kein Dienst geplant.",
    next: "Nächster Halt", later: "Danach", nothing: "Im Moment ist nichts zu tun.", navigate: "Navigation starten",
    getsOn: "steigt ein", getsOff: "steigt aus", pin: "PIN oder Ticketcode", board: "Einsteigen lassen", dropOff: "Abgesetzt",
    noShow: "Nicht angetroffen", delay: "Verspätung melden", rest: "Pause beginnen", goOn: "Pause beenden",
    breakdown: "Panne melden", surely: "Wirklich? Alle Fahrgäste werden umgeplant.", repaired: "Wieder einsatzbereit",
    waiting: "Noch nicht gesendet", onBoard: "An Bord", done: "Erledigt",
    /** @param {number} n */
    party: (n) => (n === 1 ? "1 Person" : `${n} Personen`), collect: "Kassieren",
    book: "Telefonisch buchen", phone: "Telefonnummer", choose: "Buchen", fleet: "Fahrzeuge", bookings: "Buchungen",
    cancel: "Stornieren", say: "Bitte vorlesen", from: "Von", to: "Nach", when: "Abfahrt ab", find: "Suchen",
    none: "Keine passende Verbindung mit einem Shuttle.", until: "bis",
  },
  booked: "Gebucht. Gute Fahrt!",
  ticket: "Ticket",
  aztec: "Aztec-Code Ihres Tickets für die Kontrolle",
  validFrom: "Gültig ab",
  validUntil: "Gültig bis",
  showCode: "Bei der Kontrolle diesen Code zeigen.",
  live: {
    here: "Gilt nur auf diesem Gerät. Der Code wird alle paar Sekunden neu gezeichnet; ein Bildschirmfoto gilt nicht.",
    elsewhere: "Dieses Ticket gilt auf einem anderen Gerät.",
    move: "Auf dieses Gerät holen",
    moveFromOther: "Hierher holen",
    free: "Für Papier freigeben",
    print: "Drucken (PDF)",
    wallet: "Apple Wallet",
  },
  offlineTicket: "Auf diesem Gerät gespeichert, auch ohne Netz gültig.",
  /** @param {number} adults @param {number} children */
  riders: (adults, children) =>
    [
      adults ? count(adults, "Erwachsener", "Erwachsene") : "",
      children ? count(children, "Kind", "Kinder") : "",
    ].filter(Boolean).join(", "),
  myTickets: "Meine Tickets",
  noTickets: "Noch keine Tickets",
  noTicketsHint: "Gebuchte Fahrten stehen hier, mit Code für die Kontrolle.",
  noTicketsSignIn: "Melden Sie sich an, um Ihre Tickets zu sehen.",
  offline: "Kein Netz",
  offlineShown: "Gezeigt wird, was auf diesem Gerät gespeichert ist.",
  orderNumber: "Auftrag",

  sale: saleDe,

  problemTitle: "Das hat nicht geklappt",
  problems: {
    ...saleDe.problems,
    offline: "Keine Verbindung zum Server. Prüfen Sie Ihr Netz, und versuchen Sie es noch einmal.",
    unexpected: "Ein unerwarteter Fehler. Laden Sie die Seite neu.",
    "offer-expired": "Der Preis gilt nicht mehr. Lassen Sie ihn neu berechnen.",
    "offer-forged": "Das Angebot ist ungültig. Suchen Sie die Verbindung noch einmal.",
    "offer-taken": "Dieses Angebot ist schon gebucht. Sehen Sie unter „Tickets“ nach.",
    "not-on-sale": "Für diese Verbindung wird hier kein Ticket verkauft.",
    "illegal-transition": "Dieser Auftrag ist schon weiter. Laden Sie die Seite neu.",
    "stale-order": "Dieser Auftrag wurde gerade geändert. Versuchen Sie es noch einmal.",
    "unknown-means": "Dieses Zahlungsmittel wird hier nicht angenommen.",
    "ticket-on-phone": "Das Ticket gilt auf einem Handy. Geben Sie es zuerst für Papier frei.",
    "too-many-phones": "Das Ticket war schon auf zu vielen Geräten. Bitte wenden Sie sich an den Betreiber.",
    "phone-key-unusable": "Dieses Gerät kann das Ticket nicht übernehmen.",
    "passes-not-offered": "Apple Wallet wird hier nicht angeboten.",
    "ticket-refused": "Das Ticket wird nicht angenommen.",
    "not-paid-yet": "Es gibt noch kein Ticket: erst muss bezahlt sein.",
    "top-ups-closed": "Hier kann kein Guthaben aufgeladen werden.",
    "internal-error": "Bei uns ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.",
    "hold-expired": "Die Reservierung ist abgelaufen. Es wurde nichts abgebucht. Buchen Sie noch einmal.",
    "no-places-left": "Alle Plätze sind vergeben. Wählen Sie eine andere Verbindung.",
    "booking-deadline-passed": "Die Anmeldefrist ist vorbei. Wählen Sie eine spätere Verbindung.",
    "order-not-found": "Diesen Auftrag gibt es nicht, oder er gehört zu einem anderen Konto.",
    "payment-declined": "Die Zahlung wurde abgelehnt. Laden Sie Guthaben auf, und zahlen Sie noch einmal.",
    "shuttle-not-free": "Das Shuttle ist inzwischen vergeben. Suchen Sie noch einmal.",
    "too-many-open-rides": "Sie haben schon mehrere Fahrten offen. Weitere gehen erst danach.",
    "wrong-pin": "Diese PIN oder dieses Ticket gehört nicht zu dieser Fahrt.",
    "too-early-for-no-show": "Der Fahrgast darf noch kommen. Bitte warten Sie bis zum Ende der zugesagten Zeit.",
    "not-enough-money": "Ihr Guthaben reicht nicht. Laden Sie es auf, und zahlen Sie noch einmal.",
    "payment-in-progress": "Diese Zahlung läuft schon. Warten Sie einen Moment.",
    "database-unavailable":
      "Unsere Datenbank antwortet nicht. Es geht nichts verloren; versuchen Sie es gleich noch einmal.",
    "payment-unavailable": "Der Zahlungsdienst antwortet nicht. Versuchen Sie es gleich noch einmal.",
    "account-exists": "Zu dieser E-Mail-Adresse gibt es schon ein Konto. Melden Sie sich an.",
    "bad-credentials": "E-Mail-Adresse oder Passwort stimmt nicht.",
    "bad-account-data": "Diese Angaben gehen nicht. Prüfen Sie E-Mail-Adresse und Passwort.",
    "not-signed-in": "Bitte melden Sie sich an.",
    "stop-not-found": "Diesen Ort gibt es nicht mehr. Wählen Sie ihn neu aus.",
    "outside-period": "Für diesen Tag liegt kein Fahrplan vor. Wählen Sie einen anderen Tag.",
    validation: "Eine Angabe passt nicht. Prüfen Sie Ihre Eingaben.",
    "too-many-requests": "Zu viele Anfragen. Warten Sie einen Moment.",
  },
};
