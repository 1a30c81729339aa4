// The shapes of the HTTP API (docs/architecture.md), for editors and the type checker.

/**
 * @typedef {{amount: number, currency: string}} Money  Minor units.
 * @typedef {{name: string, lat: number, lon: number, stop_id: string | null}} Point
 * @typedef {Point & {arrival: string | null, departure: string | null, skipped?: boolean}} StopCall
 * @typedef {{language: string | null, text: string}} Text
 * @typedef {{id: string, severity: string | null, cause: string | null, effect: string | null,
 *   header: Text[], description: Text[], url: Text[]}} Alert
 * @typedef {{id: string, label: string | null, lat: number, lon: number, bearing: number | null,
 *   at: string | null}} VehicleAt
 * @typedef {{id: string, short_name: string, long_name: string, color: string | null,
 *   text_color: string | null, agency: {id: string, name: string}}} Route
 * @typedef {{maneuver: string, text: {de: string, en: string}, street: string | null,
 *   distance_m: number, duration_s: number, turn_deg: number, lat: number, lon: number}} Step
 * @typedef {{id: string, name: string, operator: string,
 *   uris: Record<string, string>}} RentalSystem  Addresses by platform.
 * @typedef {{id: string, name: string, form_factor: string, propulsion: string}} RentedType
 * @typedef {{system: RentalSystem, vehicle_type: RentedType, vehicle: string | null,
 *   pick_up: {id: string, name: string} | null, return: {id: string, name: string} | null,
 *   price: Money | null, plan: string | null, slot_start: string | null,
 *   slot_end: string | null}} Rental
 * @typedef {RentalSystem & {own: boolean, open: boolean, attribution: string[],
 *   vehicle_types: RentedType[], stations: number, vehicles: number}} SharingSystem
 * @typedef {{kind: "station" | "vehicle", id: string, system_id: string, system_name: string,
 *   name: string, form_factors: string[], renting: boolean, returning: boolean, available: number,
 *   available_by_type: Record<string, number>, docks: number | null, capacity: number | null,
 *   range_m: number | null, available_until: string | null}} SharedPlace
 * @typedef {{geometry: {type: "Point", coordinates: [number, number]},
 *   properties: SharedPlace}} SharedFeature
 * @typedef {{code: string, text: string, words: {de: string, en: string} | null, stop_ids: string[]}} Notice
 * @typedef {{latest: string | null, message: string | null, phone: string | null,
 *   url: string | null}} BookingNotice
 * @typedef {{mode: string, origin: Point, destination: Point, departure: string, arrival: string,
 *   duration_s: number, distance_m: number | null, geometry: string | null,
 *   on_streets?: boolean | null, steps?: Step[], co2_g?: number, energy_wh?: number | null,
 *   rental?: Rental | null, parked?: boolean, on_demand?: OnDemand | null,
 *   wheelchair?: {status: string, reasons: {code: string, text: {de: string, en: string}}[]} | null, route?: Route | null,
 *   headsign?: string | null, trip_id?: string | null, service_day?: string | null,
 *   stops?: StopCall[], booking?: BookingNotice | null, realtime?: boolean, added?: boolean,
 *   scheduled_departure?: string | null, scheduled_arrival?: string | null,
 *   departure_delay_s?: number | null, arrival_delay_s?: number | null,
 *   scheduled_origin?: Point | null, scheduled_destination?: Point | null,
 *   vehicle?: VehicleAt | null, alerts?: Alert[], stay_seated?: boolean}} Leg
 * @typedef {{departure: string, arrival: string, duration_s: number, transfers: number,
 *   walk_m: number, co2_g: number, price: Money | null, bookable: boolean, token: string | null,
 *   legs: Leg[]}} Journey
 * @typedef {{earlier: string | null, later: string | null}} Paging  Cursors of the pages beside.
 * @typedef {{id: string, kind: string, name: string, locality: string | null, lat: number,
 *   lon: number, modes: string[]}} Place
 * @typedef {{from: string, to: string}} Example  Names to be looked up.
 * @typedef {{name: string, title: {de: string, en: string}, center: [number, number],
 *   bbox: [number, number, number, number], time_zone: string, valid_from: string,
 *   valid_until: string, attribution: string[], illustrative_streets: boolean,
 *   payment_means: string[], examples: Example[]}} Region
 * @typedef {{category: "adult" | "child", subscriptions?: string[], travel_class?: "second" | "first",
 *   bicycle?: boolean}} Passenger  Subscriptions by the ids of their products.
 * @typedef {{system_id: string, system_name: string, vehicle_type_name: string,
 *   pick_up_station: string | null, return_station: string | null}} SoldRental
 * @typedef {{mode: string, origin: Point, destination: Point, departure: string, arrival: string,
 *   route_name: string | null, agency_name: string | null,
 *   latest_booking: string | null, pickup_until?: string | null, rental?: SoldRental | null}} SoldLeg
 * @typedef {{departure: string, arrival: string, legs: SoldLeg[]}} SoldJourney
 * @typedef {{text: string, product: string, passenger: number, amount: Money, leg: number | null,
 *   rule: string, agency_id: string | null, vat: {permille: number, amount: number}}} PriceLine
 * @typedef {{system: string, vehicle: string, start: string, end: string}} RentalWish
 * @typedef {{offer: string, id: string, expires_at: string, price: Money, breakdown: PriceLine[],
 *   passengers: Passenger[], journey: SoldJourney}} Offer
 * @typedef {"held" | "authorised" | "confirmed" | "started" | "ended" | "settled" | "released"
 *   | "cancelled" | "expired" | "failed"} OrderState
 * @typedef {"open" | "challenged" | "authorised" | "captured" | "voided" | "declined"} PaymentState
 * @typedef {{means: string, state: PaymentState, action: string | null,
 *   parts: {means: string, amount: Money}[]}} Payment
 * @typedef {{id: string, at: string, reason: string, state: "pending" | "done", legs: number[],
 *   passengers: number[], gross: Money, fee: Money, amount: Money}} Refund
 * @typedef {{id: string, state: OrderState, created_at: string, expires_at: string | null,
 *   price: Money, passengers: Passenger[], breakdown: PriceLine[], journey: SoldJourney,
 *   payment: Payment | null, ticket_url: string | null, version: number, replaces: string | null,
 *   parts: {leg: number, passenger: number}[], refunds: Refund[]}} Order
 * @typedef {{legs: number[], passengers: number[], paid: Money, gross: Money, fee: Money,
 *   amount: Money, rules: string}} RefundQuote
 * @typedef {{ticket: string, valid_from: string, valid_until: string, order_id: string, version: number,
 *   device_key: string | null, redraw_s: number, answered_at: string}} Ticket
 * @typedef {{id: string, email: string, name: string}} Rider
 * @typedef {{balance: Money, held: Money,
 *   entries: {at: string, text: string, amount: Money}[]}} Wallet
 */

export {};

/**
 * @typedef {{id: string, name: string, kind: string, color: string | null}} ServiceName
 * @typedef {{service: ServiceName, own: boolean, pickup_until: string, expected_pickup: string,
 *   expected_drop_off: string, vehicle: string | null,
 *   booking: {latest: string, message: string | null, phone: string | null, url: string | null}}} OnDemand
 * @typedef {{id: string, name: string, kind: string, operator: string, own: boolean,
 *   color: string | null, attribution: string | string[] | null}} OnDemandService
 * @typedef {{geometry: {type: "Point" | "MultiPolygon", coordinates: any},
 *   properties: {service_id: string, name: string, virtual?: boolean}}} OnDemandPlace
 * @typedef {{service_id: string, service_name: string, code: string,
 *   text: {de: string, en: string}, from: string, to: string, at: string,
 *   instead: string | null}} Explained  A ride that is not offered, and why.
 * @typedef {{leg: number, state: string, pin: string, service: ServiceName,
 *   vehicle: {name: string | null, lat: number | null, lon: number | null, at: string | null} | null,
 *   pickup: Point, drop_off: Point, pickup_from: string, pickup_until: string, arrival_until: string,
 *   eta_pickup: string | null, eta_drop_off: string | null,
 *   notices: {code: string, text: {de: string, en: string}}[], rating: number | null}} OrderRide
 * @typedef {{ride: string, action: "pick_up" | "drop_off", name: string, state: string,
 *   party: {seats: number, wheelchairs: number, bicycles: number, luggage: number},
 *   pickup_from: string, pickup_until: string, arrival_until: string, pay_on_board: Money | null,
 *   phone: string | null}} DutyTask
 * @typedef {{name: string, lat: number, lon: number, arrive: string, depart: string,
 *   tasks: DutyTask[]}} DutyStop
 * @typedef {{service: {id: string, name: string}, vehicle: {id: string, name: string, state: string},
 *   begin: string | null, end: string | null, delay_s: number, stops: DutyStop[], on_board: number,
 *   done: number}} Duty
 * @typedef {{order: Order, name: string, phone: string, pin: string | null,
 *   confirmed: {say: {de: string, en: string}} | null}} AgentBooking
 */

/**
 * @typedef {{id: string, name: string, price: Money, sold: boolean, registered: boolean,
 *   number_format: string | null, cancel_until_day: number, pays_back: boolean}} SubscriptionProduct
 * @typedef {{id: string, product: string, source: "sold" | "registered",
 *   state: "active" | "cancelled" | "withdrawn", valid_from: string, valid_until: string,
 *   ends: string | null, renews: boolean, number: string | null, means: string | null,
 *   price: Money | null}} Subscription
 * @typedef {{product: string, from?: string, means?: string, number?: string,
 *   until?: string}} SubscriptionWish  Bought with `means`, or declared with `number` and `until`.
 * @typedef {{id: string, title: string, left: Money, held: Money, percent: number | null,
 *   least_price: Money | null, first_ride_only: boolean, valid_from: string,
 *   valid_until: string}} Voucher
 * @typedef {{employer: string, month: string, monthly: Money, left: Money, modes: string[]}} Budget
 * @typedef {{reference: string, holder: string, iban: string, signed_at: string,
 *   state: "active" | "suspended" | "revoked"}} Mandate
 * @typedef {{number: string, month: string, amount: Money, due: string, issued_at: string,
 *   state: "open" | "paid" | "returned", pdf_url: string}} Invoice
 * @typedef {{id: string, brand: string, last4: string, exp_month: number,
 *   exp_year: number}} KeptCard
 * @typedef {{id: string, period: "day" | "month", begins: string, ends: string, tariff: string,
 *   product: string, full: Money, paid: Money, credit: Money, due: Money,
 *   revision: number}} Statement
 * @typedef {{id: string, state: "held" | "reserved" | "active" | "paused" | "returned" | "cancelled"
 *   | "expired" | "failed", system: string, system_name: string, vehicle: string,
 *   vehicle_type: string, start: string, end: string, box: number | null, price: Money,
 *   station: {id: string, name: string, lat: number, lon: number} | null,
 *   under_way: string | null}} Reserved  A rental of the rider.
 * @typedef {{vehicle_id: string, station_id?: string, vehicle_type_id?: string,
 *   is_disabled: boolean}} FleetVehicle  As GBFS tells it.
 * @typedef {{slots: {start: string, end: string}[], min_rental_s: number,
 *   max_rental_s: number}} Slots
 */
