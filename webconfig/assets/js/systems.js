// Settings that the chosen protocols do not use are out of sight. Without this, all of them are shown.
const form = document.getElementById("line-form");
if (form) {
  const chosen = () => new Set(["events", "dial"].map((name) => name + "=" + (form.elements["o." + name]?.value ?? "")));
  const show = () => {
    const now = chosen();
    for (const part of form.querySelectorAll("[data-uses]")) {
      part.hidden = part.dataset.uses !== "" && !part.dataset.uses.split(" ").some((use) => now.has(use));
    }
    for (const more of form.querySelectorAll("details")) more.hidden = !more.querySelector("[data-uses]:not([hidden])");
  };
  form.addEventListener("change", show);
  show();
}
