"use strict";
const root = document.documentElement;
const data = JSON.parse(document.getElementById("data").textContent);
const STATES = Object.keys(data.states);
const METHODS = ["online", "offline"];
root.classList.add("scripted");
document.querySelector(".languages").prepend(...document.querySelectorAll(".pick"));

// Text only ever goes in as text: nothing here parses HTML.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== "") element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const both = (en, ja) => (en === ja ? [en] : [make("span", { lang: "en" }, en), make("span", { lang: "ja" }, ja)]);
const language = () => (document.getElementById("lang-ja").checked ? "ja" : "en");
const ruleLink = (number) => {
  const [id, anchor] = data.rules[number];
  return anchor ? make("a", { href: "#" + anchor }, id) : id;
};
const joined = (items, separator = ", ") => items.flatMap((item, at) => (at ? [separator, item] : [item]));

// The choice of language stands at its labels from here on, and the page's language decides what is shown.
const speak = () => {
  root.lang = language();
  document.title = root.dataset[root.lang === "ja" ? "titleJa" : "titleEn"];
  for (const option of document.querySelectorAll("option[data-en]")) option.textContent = option.dataset[root.lang];
};
for (const pick of document.getElementsByName("lang")) pick.addEventListener("change", speak);
speak();

// A link into what is folded unfolds it; paper shows everything.
const unfold = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const folded = target && target.closest("details:not([open])");
  if (folded) { folded.open = true; target.scrollIntoView(); }
};
addEventListener("hashchange", unfold);
unfold();
addEventListener("beforeprint", () => { for (const folded of document.querySelectorAll("details")) folded.open = true; });
