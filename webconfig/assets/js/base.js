// What every page does with JavaScript, and does without. Nothing here is needed to work.

// A form marked so is sent by itself: a link that a portal opened should not need a click.
const auto = document.querySelector("form[data-auto]");
if (auto) auto.requestSubmit();

// Errors on top of a form get the focus, so that a screen reader begins there.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// Copy buttons appear only where they work.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent);
    const said = button.querySelector("[role=status]");
    if (said) said.textContent = said.dataset.done;
  });
}

// The menu is folded on narrow screens.
const menu = document.querySelector(".side details");
if (menu && matchMedia("(max-width: 52rem)").matches) menu.open = false;
