// The agent's live calls. Each message is the complete list, so a reconnect needs no replay and nothing is counted twice.
// Browsers allow few connections to one server: one tab holds the stream and shares it with the others.

const list = document.getElementById("calls");
const none = document.getElementById("none");
const aloud = document.getElementById("aloud");
const line = document.getElementById("line");
// In another page's frame there is nothing to wish for, and nothing is kept in the browser or shared with tabs.
const framed = !document.getElementById("wishes");
const kept = framed ? { getItem: () => null, setItem: () => {} } : localStorage;
const channel = !framed && "BroadcastChannel" in window ? new BroadcastChannel("ringdex" + list.dataset.stream) : null;
// What this browser has been told of, whichever tab did it: a call that rings while a page is being opened is news still.
const toldKey = "ringdex.told " + list.dataset.stream;
const told = () => JSON.parse(kept.getItem(toldKey) || "[]");
let known = new Map([...list.querySelectorAll("[data-call]")].map((c) => [c.dataset.call, c.dataset.state])
  .filter(([id, state]) => state !== "ringing" || told().includes(id)));
let skew = 0; // how far the server's clock is ahead of this one
let shown = new Map(); // the cards of the last message

document.getElementById("reload")?.setAttribute("hidden", "");

function say(state) { // live, lost, full
  line.hidden = false;
  line.textContent = line.dataset[state];
  line.className = state === "live" ? "tag tag-good" : "tag tag-bad";
}

// A card somebody is typing in is left as it is but for its state.
function busy(card) {
  return card.contains(document.activeElement) && card.querySelector("input:focus, textarea:focus, details[open]");
}

function show(message) {
  const now = new Set(message.calls.map((c) => c.id));
  for (const card of list.querySelectorAll("[data-call]")) {
    if (now.has(card.dataset.call)) continue;
    if (busy(card)) card.classList.add("call-gone");
    else card.remove();
  }
  for (const call of message.calls) {
    const old = document.getElementById("call-" + call.id);
    if (old && shown.get(call.id) === call.html) continue; // what is open or pressed in it stays so
    const holder = document.createElement("template");
    holder.innerHTML = call.html;
    const fresh = holder.content.firstElementChild;
    if (old && busy(old)) {
      old.className = fresh.className;
      old.querySelector(".call-head").replaceWith(fresh.querySelector(".call-head"));
    } else if (old) old.replaceWith(fresh);
    else list.append(fresh);
  }
  shown = new Map(message.calls.map((c) => [c.id, c.html]));
  const asked = document.getElementById("asked"); // what the page around the widget told of, until it is one of the calls
  if (asked) asked.hidden = [...list.querySelectorAll(".call-number .mono")].some((n) => n.textContent === asked.dataset.number);
  none.hidden = list.childElementCount > 0 || (asked?.childElementCount > 0 && !asked.hidden);
  skew = Date.parse(message.now) - Date.now();
  tick();
}

// Said once for each call: aloud to screen readers by every tab, on the desktop by the tab that holds the stream. A call may
// begin answered: a colleague hands it over.
function announce(message) {
  const fresh = message.calls.filter((c) => !known.has(c.id));
  if (fresh.length > 0) aloud.textContent = fresh.map((c) => c.text).join(". ");
  if (leader) {
    const before = told();
    fresh.filter((c) => !before.includes(c.id)).forEach(desktop);
    kept.setItem(toldKey, JSON.stringify(message.calls.map((c) => c.id)));
  }
  for (const call of message.calls) {
    const taken = call.state === "answered" && known.get(call.id) !== "answered";
    if (taken && leader && wish("pop") && !wish("quiet") && call.pop) window.open(call.pop, "_blank", "noopener,noreferrer");
  }
  known = new Map(message.calls.map((c) => [c.id, c.state]));
}

function desktop(call) {
  if (!wish("desktop") || wish("quiet") || !("Notification" in window) || Notification.permission !== "granted") return;
  const n = new Notification(call.text, { body: call.more, tag: call.id });
  n.onclick = () => { window.focus(); document.getElementById("call-" + call.id)?.querySelector("a, button, summary")?.focus(); };
}

// What an agent wishes is kept in this browser.
const wish = (name) => kept.getItem("ringdex." + name) === "yes";
if (!framed) offerWishes();
function offerWishes() {
  document.getElementById("wishes").hidden = false;
  for (const name of ["desktop", "pop", "quiet"]) {
    const box = document.getElementById("wish-" + name);
    box.checked = wish(name);
    box.addEventListener("change", async () => {
      if (name === "desktop" && box.checked && "Notification" in window && Notification.permission !== "granted") {
        box.checked = (await Notification.requestPermission()) === "granted";
      }
      kept.setItem("ringdex." + name, box.checked ? "yes" : "no");
    });
  }
  const links = document.getElementById("wish-links");
  if (!navigator.registerProtocolHandler || location.protocol !== "https:") links.hidden = true;
  links.addEventListener("click", () => {
    for (const scheme of ["tel", "sip", "web+tel"]) {
      try { navigator.registerProtocolHandler(scheme, location.origin + "/agent/dial?number=%s"); } catch { /* this browser does not offer it */ }
    }
  });
}

// The clocks of answered calls.
function tick() {
  for (const t of document.querySelectorAll("time[data-since]")) {
    const s = Math.max(0, Math.floor((Date.now() + skew - Date.parse(t.dataset.since)) / 1000));
    t.textContent = Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0");
  }
}
setInterval(tick, 1000);
tick();

let leader = false; // this tab holds the stream
let source = null;
let heard = 0; // when the server said something
let last = { state: "lost" }; // what another tab is told that opens later

function receive(data) {
  const message = JSON.parse(data);
  announce(message);
  show(message);
  say("live");
}

function tell(what) {
  last = what;
  channel?.postMessage(what);
}

const shortest = 1000;
let pause = shortest;

function stream() {
  heard = Date.now();
  source = new EventSource(list.dataset.stream);
  source.addEventListener("beat", () => { heard = Date.now(); });
  source.onmessage = (e) => {
    heard = Date.now();
    pause = shortest;
    receive(e.data);
    tell({ data: e.data });
  };
  source.onerror = () => {
    if (last.state !== "full") without("lost");
    if (source.readyState === EventSource.CLOSED) again();
  };
}

function without(state) {
  say(state);
  tell({ state });
}

// Where a browser gives up by itself: a proxy answers for a server that is away, nobody is signed in any more, or there are too
// many streams.
async function again() {
  const wait = pause;
  pause = Math.min(2 * pause, 30000);
  const answer = await fetch(list.dataset.stream, { method: "HEAD", redirect: "manual" }).catch(() => null);
  without(answer?.status === 429 ? "full" : "lost");
  if (answer?.type === "opaqueredirect" && !typing()) location.reload();
  setTimeout(stream, wait);
}

function typing() {
  return [...document.querySelectorAll("main input:not([type=hidden], [type=checkbox])")].some((i) => i === document.activeElement || i.value !== i.defaultValue);
}

// A line that is cut without a word is noticed by the heartbeats that do not come.
setInterval(() => {
  if (!source || source.readyState === EventSource.CLOSED || Date.now() - heard < 40000) return;
  source.close();
  without("lost");
  stream();
}, 5000);

function lead() {
  leader = true;
  stream();
}

if (channel) {
  channel.onmessage = (e) => {
    if (e.data.hello) { if (leader) tell(last); }
    else if (e.data.state) say(e.data.state);
    else if (e.data.data) receive(e.data.data);
  };
  channel.postMessage({ hello: true });
}
if (channel && navigator.locks) navigator.locks.request("ringdex" + list.dataset.stream, () => { lead(); return new Promise(() => {}); });
else lead();
