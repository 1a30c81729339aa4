// The page: reads the region, then draws the view that the address names beside the map.

import { asProblem, journeyKey, plans, pointed, search } from "./plan.js";
import { drafts } from "./draft.js";
import { html, render, useEffect, useState } from "./html.js";
import { language, languages, words } from "./i18n.js";
import { Icon } from "./icons.js";
import { MapView } from "./map/view.js";
import { readRegion } from "./region.js";
import { planHash, readQuestion, routes } from "./route.js";
import { pick } from "./sharing.js";
import { useStore } from "./store.js";
import { AccountView } from "./views/account.js";
import { CheckoutView } from "./views/checkout.js";
import { DetailView } from "./views/detail.js";
import { Header } from "./views/header.js";
import { OrderView } from "./views/order.js";
import { OrdersView } from "./views/orders.js";
import { ProblemNote } from "./views/problem.js";
import { ResultsView } from "./views/results.js";
import { SearchView } from "./views/search.js";

/** @typedef {import("./route.js").Spot} Spot */
/** @typedef {import("./route.js").Route} Route */

/** @param {Route} route */
function useOpenPlan(route) {
  const { journeys, asked } = useStore(plans);
  const question = route.view === "plan" ? readQuestion(route.query) : null;
  const hash = question ? planHash(question) : "";
  useEffect(() => {
    if (question) void search(question);
  }, [hash]);
  const key = route.query.get("journey");
  const open = key && asked === hash ? journeys.find((journey) => journeyKey(journey) === key) : null;
  const preview = useStore(pointed).journey ?? journeys[0];
  return { question, journey: open ?? null, preview: asked === hash ? preview : null };
}

/** @param {{spot: Spot, onDone: () => void}} props */
function TappedPoint({ spot, onDone }) {
  /** @param {"from" | "to"} end */
  const use = (end) => {
    drafts.set({ [end]: spot });
    onDone();
  };
  return html`<div class="tapped" role="group" aria-label=${words().pickedPoint}>
    <p>${spot.name}</p>
    <div class="row">
      <button type="button" class="button quiet" onClick=${() => use("from")}>${words().fromHere}</button>
      <button type="button" class="button quiet" onClick=${() => use("to")}>${words().toHere}</button>
      <button type="button" class="icon-button" aria-label=${words().close} onClick=${onDone}><${Icon} name="close" /></button>
    </div>
  </div>`;
}

/** @param {{route: Route, question: import("./route.js").Question | null, journey: any}} props */
function Panel({ route, question, journey }) {
  if (route.view === "plan" && question) {
    if (journey) return html`<${DetailView} key=${journeyKey(journey)} journey=${journey} question=${question} />`;
    return html`<${ResultsView} key=${planHash(question)} question=${question} />`;
  }
  if (route.view === "book") return html`<${CheckoutView} />`;
  if (route.view === "orders" && route.id) return html`<${OrderView} key=${route.id} id=${route.id} />`;
  if (route.view === "orders") return html`<${OrdersView} />`;
  if (route.view === "account") return html`<${AccountView} />`;
  return html`<${SearchView} />`;
}

/** @param {Route} route @param {unknown} journey Which layout the phone gets. */
function screen(route, journey) {
  if (route.view === "plan") return journey ? "detail" : "results";
  return route.view === "home" ? "home" : "page";
}

function App() {
  const { route } = useStore(routes);
  const draft = useStore(drafts);
  useStore(languages);
  const [tapped, setTapped] = useState(/** @type {Spot | null} */ (null));
  const { question, journey, preview } = useOpenPlan(route);
  const home = route.view === "home";
  useEffect(() => void (document.documentElement.lang = language()), [language()]);
  useEffect(() => {
    setTapped(null);
    pick(null);
  }, [route]);
  const ends = home ? draft : question;
  return html`
    <a class="skip" href="#main" onClick=${skip}>${words().skip}</a>
    <${Header} view=${route.view} />
    <div class=${`layout screen-${screen(route, journey)}`}>
      <${MapView} from=${tapped ?? ends?.from ?? null} to=${ends?.to ?? null} journey=${journey ?? preview ?? null} fit=${!tapped} onTap=${home ? setTapped : null}>
        ${tapped && html`<${TappedPoint} spot=${tapped} onDone=${() => setTapped(null)} />`}
      <//>
      <main id="main" class="panel" tabindex="-1"><${Panel} route=${route} question=${question} journey=${journey} /></main>
    </div>`;
}

/** @param {Event} event  The address is the router's: the skip link moves the focus by itself. */
function skip(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

async function start() {
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  document.documentElement.lang = language();
  try {
    await readRegion();
    render(html`<${App} />`, root);
  } catch (error) {
    render(html`<main class="panel alone"><${ProblemNote} problem=${asProblem(error)} onRetry=${() => location.reload()} /></main>`, root);
  }
}

/** Keep the page on the device; a browser that will not do so loses nothing but tickets offline. */
function keepPage() {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  navigator.serviceWorker.register("sw.js").catch(() => undefined);
}

void start();
keepPage();
