// German words of buying, giving back, changing, and of the account.

/** @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

export const saleDe = {
  extras: "Abos und Extras",
  bicycle: "nimmt ein Fahrrad mit",
  firstClass: "1. Klasse",
  /** @param {string} name */
  has: (name) => `hat ${name}`,
  accountSubscriptions: "Abos, die in Ihrem Konto stehen, gelten von selbst für die erste Person.",
  rules: {
    fare: "Fahrpreis", "first-class": "Zuschlag 1. Klasse", "cap-24h": "24-Stunden-Deckel erreicht",
    "cap-24h-first": "24-Stunden-Deckel, 1. Klasse", "cap-month": "Monatsdeckel erreicht", subscription: "im Abo enthalten",
    surcharge: "Zuschlag für die Bestellung", "subscription-surcharge": "Zuschlag im Abo enthalten", bicycle: "Fahrrad, 24 Stunden",
    "cap-24h-bicycle": "Fahrrad schon bezahlt", plan: "Miete", "subscription-plan": "Miete im Abo enthalten",
  },
  /** @param {string} name */
  coveredBy: (name) => `enthalten in ${name}`,
  /** @type {Record<string, string>} */
  products: { deutschlandticket: "Deutschlandticket" },
  wholeJourney: "Ganze Fahrt",
  /** @param {string} rate */
  vat: (rate) => `darin ${rate} MwSt.`,

  bike: "Lastenrad dazu",
  bikeHint: "Für Einkauf oder Kinder: eine Zeit an einer Station, mit demselben Ticket.",
  bikeAlone: "Fahrzeug reservieren",
  station: "Station",
  from: "von", until: "bis", day: "Tag",
  addBike: "Dazubuchen",
  askBike: "Preis zeigen",
  removeBike: "Doch nicht",
  noBike: "In dieser Zeit ist dort keines frei.",
  /** @param {string} from @param {string} until */
  nextFree: (from, until) => `Frei ist es wieder von ${from} bis ${until}.`,
  badTimes: "Das Ende liegt vor dem Anfang.",
  reserve: "Zeit reservieren",

  meansNames: { wallet: "Guthaben", stripe: "Karte", invoice: "Monatsrechnung (Lastschrift)", voucher: "Gutschein", budget: "Mobilitätsbudget" },
  needsMandate: "Dafür brauchen Sie ein Lastschriftmandat: Sie geben es in Ihrem Konto.",
  noCard: "Sie haben noch keine Karte hinterlegt; ein Formular dafür ist auf diesem Server nicht eingerichtet.",
  /** @param {string} brand @param {string} last4 */
  card: (brand, last4) => `${brand}, endet auf ${last4}`,
  whichCard: "Welche Karte?",
  bookFree: "Ohne Zahlung buchen",
  haveVoucher: "Gutschein einlösen",
  voucherCode: "Gutscheincode",
  redeem: "Einlösen",
  redeemed: "Der Gutschein ist eingelöst.",
  /** @param {string} title @param {string} left */
  voucherPays: (title, left) => `${title}: ${left} werden zuerst verrechnet`,
  /** @param {string} employer @param {string} left */
  budgetPays: (employer, left) => `Budget von ${employer}: noch ${left} in diesem Monat`,
  paidWith: "Bezahlt mit",
  challenged: "Ihre Bank fragt nach",
  challengedHint: "Bestätigen Sie die Zahlung in der App Ihrer Bank. Diese Seite geht dann von selbst weiter.",

  exchangeOf: "Tausch",
  exchangeNote: "Ihr bisheriges Ticket gilt weiter, bis dieses hier bezahlt ist. Was es wert ist, wird zuerst verrechnet.",
  oldTicket: "Bisheriges Ticket ansehen",
  givenBack: "zurückgegeben",
  /** @param {number} n */
  givenBackBy: (n) => `für ${count(n, "Person", "Personen")} zurückgegeben`,
  giveBack: "Zurückgeben …",
  giveBackTitle: "Was geben Sie zurück?",
  whichLegs: "Teile der Fahrt",
  whichRiders: "Personen",
  paid: "Dafür bezahlt",
  takenBack: "Wird zurückgenommen",
  fee: "Gebühr",
  youGet: "Sie bekommen",
  chooseParts: "Wählen Sie mindestens einen Teil und eine Person.",
  quoteChanged: "Inzwischen ist es ein anderer Betrag. Sehen Sie ihn an, und bestätigen Sie noch einmal.",
  /** @param {string} amount */
  confirmBack: (amount) => `Zurückgeben, ${amount} erhalten`,
  keep: "Behalten",
  /** @param {string} amount */
  backDone: (amount) => `Zurückgegeben. Sie bekommen ${amount}.`,
  refunds: "Erstattungen",
  refundStates: { pending: "unterwegs", done: "erstattet" },
  /** @type {Record<string, string>} */
  reasons: {
    cancelled: "Zurückgegeben", changed: "Getauscht", missed: "Anschluss verpasst", not_carried: "Nicht befördert", unused: "Nicht genutzt",
    guarantee: "Mobilitätsgarantie", goodwill: "Kulanz", best_price: "Bestpreis",
  },
  /** @param {string} amount */
  afterFee: (amount) => `nach ${amount} Gebühr`,
  changeTime: "Andere Zeit nehmen …",
  changeTitle: "Zu welcher Zeit?",
  /** @param {string} fee */
  changeFee: (fee) => `Der Tausch kostet ${fee}. Ihr Ticket gilt weiter, bis das neue bezahlt ist.`,
  changeFree: "Der Tausch kostet nichts. Ihr Ticket gilt weiter, bis das neue bezahlt ist.",
  findTimes: "Zeiten suchen",
  noTimes: "Um diese Zeit wird nichts verkauft. Wählen Sie eine andere.",
  /** @param {string} price */
  newCosts: (price) => `Die neue Fahrt kostet ${price}.`,
  takeTime: "Diese Zeit nehmen",
  times: "Neue Zeit",
  receipt: "Beleg (PDF)",
  moreWithTicket: "Ticket ändern",

  /** @param {number} number */
  box: (number) => `Box ${number}`,
  doors: { open: "Box öffnen", close: "Box schließen", pause: "Pause", return: "Zurückgeben" },
  /** @type {Record<string, string>} */
  doorsDone: { open: "Die Box ist offen.", close: "Die Box ist zu.", pause: "Die Miete macht Pause.", return: "Das Fahrzeug ist zurückgegeben." },
  rentalStates: {
    held: "vorgemerkt", reserved: "reserviert", active: "gemietet", paused: "in Pause", returned: "zurückgegeben",
    cancelled: "aufgehoben", expired: "abgelaufen", failed: "nicht gemietet",
  },

  subscriptions: "Abos",
  noSubscriptions: "Noch kein Abo. Wer eines hat, zahlt hier nur, was es nicht enthält.",
  /** @param {string} day */
  validTo: (day) => `gültig bis ${day}`,
  /** @param {string} day */
  renewsAfter: (day) => `bezahlt bis ${day}, verlängert sich`,
  /** @param {string} day */
  endsOn: (day) => `endet am ${day}`,
  cancelSubscription: "Kündigen",
  removeSubscription: "Entfernen",
  /** @param {string} name */
  surelyCancel: (name) => `${name} wirklich beenden?`,
  yes: "Ja, beenden", no: "Nein",
  declare: "Ein Abo eintragen, das ich habe",
  number: "Abo-Nummer",
  lastDay: "Gültig bis",
  declareDo: "Eintragen",
  buySubscription: "Ein Abo kaufen",
  which: "Welches?",
  /** @param {string} price */
  perMonth: (price) => `${price} im Monat`,
  firstMonth: "Der erste Monat kostet nur den Anteil seiner Tage.",
  payWith: "Bezahlen mit",
  buy: "Kaufen",
  subscribed: "Das Abo ist eingetragen.",

  vouchers: "Gutscheine und Budget",
  noVouchers: "Keine. Ein Gutschein zahlt beim nächsten Kauf von selbst mit.",
  leftUntil: (/** @type {string} */ left, /** @type {string} */ day) => `noch ${left}, bis ${day}`,

  invoices: "Monatsrechnung",
  noMandate: "Mit einem Lastschriftmandat zahlen Sie alle Fahrten eines Monats auf einmal.",
  iban: "IBAN",
  holder: "Kontoinhaberin oder Kontoinhaber",
  sign: "Mandat erteilen",
  signHint: "Sie ermächtigen den Betreiber, Ihre Monatsrechnung von diesem Konto einzuziehen.",
  mandateStates: { active: "gültig", suspended: "ausgesetzt", revoked: "widerrufen" },
  revoke: "Mandat widerrufen",
  invoiceStates: { open: "offen", paid: "bezahlt", returned: "zurückgegeben" },
  /** @param {string} day */
  due: (day) => `Einzug am ${day}`,
  pdf: "PDF",

  statements: "Abrechnungen",
  periods: { day: "Tag", month: "Monat" },
  /** @param {string} full */
  insteadOf: (full) => `statt ${full} einzeln`,
  /** @param {string} amount */
  gotBack: (amount) => `${amount} zurück`,
  thisMonth: "Dieser Monat",
  /** @param {number} n */
  journeys: (n) => count(n, "Fahrt", "Fahrten"),
  monthRefunds: "davon zurück",

  myData: "Meine Daten",
  exportData: "Meine Daten herunterladen",
  removeAccount: "Konto löschen …",
  removeHint: "Tickets, Abos und Gutscheine gehen verloren; Ihr Guthaben wird ausgezahlt. Das kann niemand rückgängig machen.",
  removeSurely: "Konto endgültig löschen",
  removed: "Ihr Konto ist gelöscht.",

  problems: {
    "quote-changed": "Inzwischen ist es ein anderer Betrag. Sehen Sie ihn an, und bestätigen Sie noch einmal.",
    "not-cancellable": "Das kann nicht mehr zurückgegeben oder getauscht werden.",
    "slot-not-free": "Das Fahrzeug ist in dieser Zeit nicht frei. Wählen Sie eine andere.",
    "offer-not-yours": "Dieser Preis wurde für ein anderes Konto berechnet. Lassen Sie ihn neu berechnen.",
    "rental-refused": "Das geht jetzt nicht. Eine Box öffnet sich nur in der reservierten Zeit.",
    "rental-busy": "Die Box wird gerade bewegt. Warten Sie einen Moment.",
    "voucher-not-found": "Diesen Gutschein gibt es nicht. Stimmt die Schreibweise?",
    "voucher-refused": "Dieser Gutschein hilft jetzt nicht: Er ist verbraucht, abgelaufen oder gehört zu etwas anderem.",
    "bad-subscription": "So geht es nicht mit diesem Abo. Prüfen Sie Nummer und Tag.",
    "removal-refused": "Das Konto kann noch nicht gelöscht werden: Etwas darauf ist noch offen.",
    "box-did-not-open": "Die Box ist nicht aufgegangen. Versuchen Sie es noch einmal.",
  },
};
