// Cards are filtered while somebody types. Without this, the button does it.
const search = document.getElementById("search");
const category = document.getElementById("category");
const cards = [...document.querySelectorAll(".preset-cards > li")];
if (search && category && cards.length) {
  const count = document.getElementById("cards-count");
  const none = document.getElementById("cards-none");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = category.value ? category.selectedOptions[0].textContent : "";
    let shown = 0;
    for (const card of cards) {
      const fits = (!wanted || card.dataset.category === wanted) && words.every((w) => card.dataset.words.includes(w));
      card.hidden = !fits;
      if (fits) shown++;
    }
    none.hidden = shown > 0;
    count.textContent = count.dataset.text.replace("%", shown);
  };
  search.addEventListener("input", filter);
  category.addEventListener("change", filter);
  search.focus();
}
