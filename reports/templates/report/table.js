
// The table of VMs: filtered, sorted, page by page; what is shown is in the address.
(() => {
  const form = document.querySelector("form.filter:not(.tools)");
  if (!form) return;
  const PAGE = 200, PAPER = 2000, FIELDS = ["text", "online", "offline", "rule", "datastore"], WORST = "worst";
  const body = document.querySelector("#vm-table > tbody");
  const pager = document.querySelector(".pager");
  const rest = document.querySelector(".rest"), cut = document.querySelector(".cut");
  const shown = form.querySelector(".shown");
  let found = data.vms.map((_, number) => number), page = 0, sort = WORST;

  const cells = (vm) => [vm[3], vm[4]];
  const cell = (given, method) => {
    if (!given) return [make("td", { class: method }, "–"), make("td")];
    const [number, because, blockers = [], count = 0] = given;
    const name = STATES[number], why = make("td", { class: "why" });
    why.append(...joined(because.slice(0, 3).map(ruleLink)));
    if (because.length > 3) why.append(" +" + (because.length - 3));
    if (blockers.length) why.append(make("i", { class: "by" }, blockers.join(", ") + (count > blockers.length ? " +" + (count - blockers.length) : "")));
    if (!because.length && !blockers.length && name === "unknown") why.append("–");
    return [make("td", { class: `v ${name} ${method}` }, ...both(...data.states[name].slice(1))), why];
  };
  const row = (vm) => {
    const made = make("tr");
    METHODS.forEach((method, at) => { made.dataset[method] = cells(vm)[at] ? STATES[cells(vm)[at][0]] : ""; });
    made.append(make("th", { scope: "row" }, vm[0]), make("td", {}, vm[1].map((store) => data.stores[store]).join(", ")));
    if (data.planned) made.append(make("td", { class: "plans" }, ...(vm[2].length ? vm[2].flatMap((method, at) => [...(at ? [", "] : []), ...both(...data.methods[method])]) : ["–"])));
    METHODS.forEach((method, at) => made.append(...cell(cells(vm)[at], method)));
    return made;
  };

  const place = (vm) => [vm[0], ...vm[1].map((store) => data.stores[store]), ...cells(vm).flatMap((given) => (given ? [...given[1].map((rule) => data.rules[rule][0]), ...(given[2] || [])] : []))].join("\n").toLowerCase();
  let texts;
  const values = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  const keys = {
    [WORST]: (number) => number,
    name: (number) => data.vms[number][0],
    datastore: (number) => data.vms[number][1].map((store) => data.stores[store]).join(),
    online: (number) => (data.vms[number][3] ? data.vms[number][3][0] : -1),
    offline: (number) => (data.vms[number][4] ? data.vms[number][4][0] : -1),
  };
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  const select = () => {
    const { text, online, offline, rule, datastore } = values();
    const words = text.toLowerCase().split(/\s+/).filter(Boolean), store = datastore.toLowerCase();
    const exact = data.stores.findIndex((name) => name === datastore);
    const stated = data.rules.findIndex(([id]) => id === rule);
    if (words.length) texts ||= data.vms.map(place);
    found = [];
    data.vms.forEach((vm, number) => {
      const [on, off] = cells(vm);
      if (words.length && !words.every((word) => texts[number].includes(word))) return;
      if (online && STATES[on && on[0]] !== online) return;
      if (offline && STATES[off && off[0]] !== offline) return;
      if (rule && !(on && on[1].includes(stated)) && !(off && off[1].includes(stated))) return;
      if (store && !(exact >= 0 ? vm[1].includes(exact) : vm[1].some((at) => data.stores[at].toLowerCase().includes(store)))) return;
      found.push(number);
    });
    const descending = sort.startsWith("-"), key = keys[sort.replace("-", "")];
    if (sort !== WORST) {
      const known = new Map(found.map((number) => [number, key(number)]));
      found.sort((a, b) => {
        const [x, y] = [known.get(a), known.get(b)];
        return (typeof x === "string" ? compare(x, y) : x - y) * (descending ? -1 : 1) || a - b;
      });
    }
  };

  const show = (from, count) => body.replaceChildren(...found.slice(from, from + count).map((number) => row(data.vms[number])));
  const draw = () => {
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(page, pages - 1);
    show(page * PAGE, PAGE);
    shown.textContent = found.length.toLocaleString("en");
    form.classList.toggle("filtered", found.length < data.vms.length);
    pager.hidden = pages < 2;
    pager.querySelector(".range").textContent = `${(page * PAGE + 1).toLocaleString("en")}–${Math.min(found.length, page * PAGE + PAGE).toLocaleString("en")} / ${found.length.toLocaleString("en")}`;
    pager.querySelector("[name=previous]").disabled = page === 0;
    pager.querySelector("[name=next]").disabled = page === pages - 1;
    for (const head of document.querySelectorAll("#vm-table [data-sort]")) {
      const order = sort === head.dataset.sort ? "ascending" : sort === "-" + head.dataset.sort ? "descending" : null;
      if (order) head.setAttribute("aria-sort", order); else head.removeAttribute("aria-sort");
    }
  };
  const address = () => {
    const said = new URLSearchParams(Object.entries(values()).filter(([, value]) => value));
    if (sort !== WORST) said.set("sort", sort);
    if (page) said.set("page", page + 1);
    history.replaceState(null, "", "#vms" + (said.size ? "?" + said : ""));
  };
  const change = () => { select(); draw(); address(); };

  // "#vms?online=ineligible&rule=…": what a link or a bookmark asks for.
  const follow = () => {
    const [name, query] = location.hash.slice(1).split("?");
    if (name !== "vms" || query === undefined) return;
    const asked = new URLSearchParams(query);
    for (const field of FIELDS) form.elements[field].value = asked.get(field) || "";
    sort = (asked.get("sort") || "").replace("-", "") in keys ? asked.get("sort") : WORST;
    page = Math.max(0, (parseInt(asked.get("page"), 10) || 1) - 1);
    select();
    draw();
    document.getElementById("vms").scrollIntoView();
  };

  const rules = new Set(data.vms.flatMap((vm) => cells(vm).flatMap((given) => (given ? given[1] : []))));
  for (const id of Array.from(rules, (number) => data.rules[number][0]).sort()) form.elements.rule.append(make("option", { value: id }, id));
  document.getElementById("datastore-names").append(...data.stores.slice().sort(compare).map((name) => make("option", { value: name })));
  for (const head of document.querySelectorAll("#vm-table [data-sort]")) {
    const button = make("button", { type: "button", class: "sort" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => { sort = sort === head.dataset.sort ? "-" + sort : head.dataset.sort; page = 0; change(); });
  }
  form.addEventListener("input", () => { page = 0; change(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { sort = WORST; page = 0; change(); }));
  pager.addEventListener("click", ({ target }) => {
    const step = { previous: -1, next: 1 }[target.closest("button")?.name];
    if (step) { page += step; draw(); address(); document.getElementById("vm-table").scrollIntoView(); }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-rule]");
    if (!link) return;
    event.preventDefault();
    location.hash = "#vms?" + new URLSearchParams({ rule: link.dataset.rule });
  });
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    if (found.length <= PAGE) return;
    show(0, PAPER);
    pager.hidden = true;
    cut.hidden = found.length <= PAPER;
  });
  addEventListener("afterprint", () => { if (cut) cut.hidden = true; draw(); });
  if (rest) rest.hidden = true;
  form.hidden = false;
  pager.hidden = data.vms.length <= PAGE;
  if (!pager.hidden) draw();
  speak();
  follow();
})();
