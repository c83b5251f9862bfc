// Connects a widget in another page's frame: its button opens a window of our own in which the agent confirms, and which hands
// a code back to the widget that opened it and to nobody else. Without that, the agent types the code.

const button = document.getElementById("connect");
if (button) {
  let opened = null;
  button.addEventListener("click", (e) => {
    e.preventDefault();
    opened = window.open(button.href, "ringdex-connect", "popup,width=460,height=560");
  });
  window.addEventListener("message", (e) => {
    if (e.origin !== location.origin || !opened || e.source !== opened || typeof e.data?.code !== "string") return;
    document.getElementById("code").value = e.data.code;
    opened.postMessage({ taken: true }, location.origin);
    document.getElementById("redeem").requestSubmit();
  });
}

const code = document.getElementById("hand-over");
if (code && window.opener) {
  window.addEventListener("message", (e) => {
    if (e.origin !== location.origin || e.source !== window.opener || !e.data?.taken) return;
    document.getElementById("handed-over").hidden = false;
    window.close();
  });
  window.opener.postMessage({ code: code.textContent }, location.origin);
}
