// Calls about the rider's account: subscriptions, vouchers, invoices, statements, their data.

import { get, postOnce, query, send } from "./api.js";

const ME = "/v1/riders/me";

export const account = {
  /** @returns {Promise<{products: import("./contract.js").SubscriptionProduct[]}>} */
  products: () => get("/v1/subscription-products"),

  /** @returns {Promise<{subscriptions: import("./contract.js").Subscription[]}>} */
  subscriptions: () => get(`${ME}/subscriptions`),

  /**
   * @param {import("./contract.js").SubscriptionWish} wish
   * @returns {Promise<import("./contract.js").Subscription>}
   */
  subscribe: (wish) => postOnce(`subscribe ${JSON.stringify(wish)}`, `${ME}/subscriptions`, wish),

  /** @param {string} id @returns {Promise<import("./contract.js").Subscription>} */
  unsubscribe: async (id) => (await send("DELETE", `${ME}/subscriptions/${encodeURIComponent(id)}`)).json(),

  /** @returns {Promise<{vouchers: import("./contract.js").Voucher[]}>} */
  vouchers: () => get(`${ME}/vouchers`),

  /** @param {string} code @returns {Promise<import("./contract.js").Voucher>} */
  redeem: (code) => postOnce(`redeem ${code}`, `${ME}/vouchers`, { code }),

  /** @returns {Promise<{budgets: import("./contract.js").Budget[]}>} */
  budgets: () => get(`${ME}/budgets`),

  /** @returns {Promise<{payment_methods: import("./contract.js").KeptCard[]}>} */
  cards: () => get(`${ME}/payment-methods`),

  /** @returns {Promise<{mandates: import("./contract.js").Mandate[]}>} */
  mandates: () => get(`${ME}/mandates`),

  /** @param {string} iban @param {string} holder @returns {Promise<import("./contract.js").Mandate>} */
  sign: (iban, holder) => postOnce(`sign ${iban}`, `${ME}/mandates`, { iban, holder }),

  /** @param {string} reference */
  revoke: (reference) => send("DELETE", `${ME}/mandates/${encodeURIComponent(reference)}`),

  /** @returns {Promise<{invoices: import("./contract.js").Invoice[]}>} */
  invoices: () => get(`${ME}/invoices`),

  /** @param {string} path @returns {Promise<Blob>} */
  invoiceFile: async (path) => (await send("GET", path)).blob(),

  /** @returns {Promise<{statements: import("./contract.js").Statement[]}>} */
  statements: () => get(`${ME}/statements?${query({ limit: 12 })}`),

  /** @returns {Promise<Blob>} Everything that is kept of the rider, as JSON. */
  data: async () => (await send("GET", `${ME}/export`)).blob(),

  /** @param {string} password */
  remove: (password) => send("DELETE", ME, { body: { password, pay_out: true } }),
};
