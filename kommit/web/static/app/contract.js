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
 * @typedef {{category: "adult" | "child"}} Passenger
 * @typedef {{mode: string, origin: Point, destination: Point, departure: string, arrival: string,
 *   route_name: string | null, agency_name: string | null,
 *   latest_booking: string | null}} SoldLeg
 * @typedef {{departure: string, arrival: string, legs: SoldLeg[]}} SoldJourney
 * @typedef {{text: string, product: string, passenger: number, amount: Money}} PriceLine
 * @typedef {{offer: string, id: string, expires_at: string, price: Money, breakdown: PriceLine[],
 *   passengers: Passenger[], journey: SoldJourney}} Offer
 * @typedef {"held" | "authorised" | "confirmed" | "started" | "ended" | "settled" | "released" | "cancelled" | "expired" | "failed"} OrderState
 * @typedef {{id: string, state: OrderState, created_at: string, expires_at: string | null,
 *   price: Money, passengers: Passenger[], breakdown: PriceLine[], journey: SoldJourney,
 *   payment: {means: string, state: string} | null, ticket_url: string | null}} Order
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
