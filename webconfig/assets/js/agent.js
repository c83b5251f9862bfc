// The agent's live calls. Each message is the complete list, so a reconnect needs no replay and nothing is counted twice.
// Browsers allow few connections to one server: one tab holds the stream and shares it with the others.

const list = document.getElementById("calls");
const none = document.getElementById("none");
const aloud = document.getElementById("aloud");
const line = document.getElementById("line");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("ringdex" + list.dataset.stream) : null;
let version = -1;
let known = new Map([...list.querySelectorAll("[data-call]")].map((c) => [c.dataset.call, c.className]));

document.getElementById("reload").hidden = true;

function say(on) {
  line.hidden = false;
  line.textContent = on ? line.dataset.live : line.dataset.lost;
  line.classList.toggle("bad", !on);
}

// A card somebody is typing in is left as it is but for its state.
function busy(card) {
  return card.contains(document.activeElement) && card.querySelector("input:focus, textarea:focus, details[open]");
}

function show(message) {
  if (message.version < version && version - message.version < 1e6) return;
  version = message.version;
  const now = new Set(message.calls.map((c) => c.id));
  for (const card of list.querySelectorAll("[data-call]")) {
    if (now.has(card.dataset.call)) continue;
    if (busy(card)) card.classList.add("call-gone");
    else card.remove();
  }
  for (const call of message.calls) {
    const old = document.getElementById("call-" + call.id);
    if (old && busy(old)) {
      old.className = "card call call-" + call.state;
      continue;
    }
    const holder = document.createElement("template");
    holder.innerHTML = call.html;
    const fresh = holder.content.firstElementChild;
    if (old) old.replaceWith(fresh);
    else list.append(fresh);
  }
  none.hidden = list.childElementCount > 0;
  tick();
}

// Said once for each call by one tab: aloud to screen readers everywhere, on the desktop only by the tab that holds the stream.
function announce(message, first) {
  for (const call of message.calls) {
    const before = known.get(call.id);
    if (before === undefined && call.state === "ringing") {
      if (!first) aloud.textContent = call.text;
      if (leader) desktop(call);
    }
    if (call.state === "answered" && before !== "answered" && before !== undefined && leader && wish("pop") && !wish("quiet") && call.pop) {
      window.open(call.pop, "_blank", "noopener,noreferrer");
    }
  }
  known = new Map(message.calls.map((c) => [c.id, c.state]));
}

function desktop(call) {
  if (!wish("desktop") || wish("quiet") || !("Notification" in window) || Notification.permission !== "granted") return;
  const n = new Notification(call.text, { body: call.more, tag: call.id });
  n.onclick = () => { window.focus(); document.getElementById("call-" + call.id)?.querySelector("a, button, summary")?.focus(); };
}

// What an agent wishes is kept in this browser.
const wish = (name) => localStorage.getItem("ringdex." + name) === "yes";
document.getElementById("wishes").hidden = false;
for (const name of ["desktop", "pop", "quiet"]) {
  const box = document.getElementById("wish-" + name);
  box.checked = wish(name);
  box.addEventListener("change", async () => {
    if (name === "desktop" && box.checked && "Notification" in window && Notification.permission !== "granted") {
      box.checked = (await Notification.requestPermission()) === "granted";
    }
    localStorage.setItem("ringdex." + name, box.checked ? "yes" : "no");
  });
}
const links = document.getElementById("wish-links");
if (!navigator.registerProtocolHandler || location.protocol !== "https:") links.hidden = true;
links.addEventListener("click", () => {
  for (const scheme of ["tel", "sip", "web+tel"]) {
    try { navigator.registerProtocolHandler(scheme, location.origin + "/agent/dial?number=%s"); } catch { /* this browser does not offer it */ }
  }
});

// The clocks of answered calls.
function tick() {
  for (const t of document.querySelectorAll("time[data-since]")) {
    const s = Math.max(0, Math.floor((Date.now() - Date.parse(t.dataset.since)) / 1000));
    t.textContent = Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0");
  }
}
setInterval(tick, 1000);
tick();

let leader = false;
let first = true;
function receive(data) {
  const message = JSON.parse(data);
  announce(message, first);
  first = false;
  show(message);
  say(true);
}

function stream() {
  leader = true;
  const source = new EventSource(list.dataset.stream);
  source.onmessage = (e) => { receive(e.data); channel?.postMessage({ data: e.data }); };
  source.onerror = () => {
    say(false);
    channel?.postMessage({ lost: true });
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000); // signed out, or the server is away for long
  };
}

if (channel) {
  channel.onmessage = (e) => { if (e.data.lost) say(false); else if (e.data.data) receive(e.data.data); };
}
if (channel && navigator.locks) navigator.locks.request("ringdex" + list.dataset.stream, () => { stream(); return new Promise(() => {}); });
else stream();
