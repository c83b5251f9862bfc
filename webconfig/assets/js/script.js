// A click on a name puts it where the cursor stands in the template. Without this, names are copied by hand.
const text = document.getElementById("url");
if (text) {
  for (const code of document.querySelectorAll("code[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "insert mono";
    button.textContent = code.textContent;
    button.addEventListener("click", () => {
      text.setRangeText(code.dataset.insert, text.selectionStart, text.selectionEnd, "end");
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
    code.replaceWith(button);
  }
}
