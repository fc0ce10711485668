"use strict";
(() => {
  const root = document.documentElement;
  const form = document.querySelector("form.filter");

  // The style alone switches the language; what no style can reach follows here.
  const speak = () => {
    const lang = document.getElementById("lang-ja").checked ? "ja" : "en";
    root.lang = lang;
    document.title = root.dataset[lang === "ja" ? "titleJa" : "titleEn"];
    for (const option of document.querySelectorAll("option")) option.textContent = option.dataset[lang];
  };
  for (const pick of document.getElementsByName("lang")) pick.addEventListener("change", speak);
  speak();

  if (form) {
    let rows;
    const read = (row) => ({
      row,
      text: Array.from(row.querySelectorAll("th, td:not(.v)"), (cell) => cell.textContent).join("\n").toLowerCase(),
      online: row.dataset.online,
      offline: row.dataset.offline,
    });
    const shown = form.querySelector(".shown");
    const filter = () => {
      rows ||= Array.from(document.querySelectorAll("#vm-table > tbody > tr"), read);
      const { text, online, offline } = form.elements;
      const words = text.value.toLowerCase().split(/\s+/);
      let count = 0;
      for (const entry of rows) {
        const keep = words.every((word) => entry.text.includes(word))
          && (!online.value || entry.online === online.value)
          && (!offline.value || entry.offline === offline.value);
        if (entry.row.hidden === keep) entry.row.hidden = !keep;
        count += keep;
      }
      shown.textContent = count.toLocaleString("en");
      form.classList.toggle("filtered", count < rows.length);
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    form.hidden = false;
  }

  // A link into what is folded unfolds it; paper shows everything.
  const unfold = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const folded = target && target.closest("details:not([open])");
    if (folded) { folded.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();
  addEventListener("beforeprint", () => { for (const folded of document.querySelectorAll("details")) folded.open = true; });
})();
