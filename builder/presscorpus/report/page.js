// What the page does beyond showing: copying, naming what is pointed at, and looking into the sample. Text only ever
// becomes text (the page's policy forbids every other way), and an address a link only where it is one of the web.
"use strict";
(() => {
  const PAGE = 8;
  const sample = JSON.parse(document.getElementById("sample").textContent);

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  }

  // An element in the direction of its own letters.
  const own = (text, tag = "span", attributes = {}) => make(tag, { dir: "auto", ...attributes }, ...[text].flat());

  // The letters of an address, decoded as browsers show them; escapes of anything else stay.
  const readable = (text) => text.replace(/(?:%[89A-F][0-9A-F])+/gi, (run) => {
    try {
      const letters = decodeURIComponent(run);
      return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(letters) ? letters : run;
    } catch { return run; }
  });

  function address(text) {
    let web = false;
    try {
      const parsed = new URL(text);
      web = /^https?:\/\//i.test(text) && /^https?:$/.test(parsed.protocol) && parsed.hostname !== "";
    } catch { /* no address */ }
    const shown = make("bdi", {}, readable(text));
    return web ? make("a", { href: text, rel: "noopener nofollow noreferrer" }, shown) : shown;
  }

  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  function day(moment) {
    if (!moment) return null;
    const [year, month, date] = moment.slice(0, 10).split("-");
    return `${Number(date)} ${MONTHS[month - 1]} ${Number(year)}`;
  }
  const minute = (moment) => (moment ? `${day(moment)}, ${moment.slice(11, 16)} UTC` : "–");
  const number = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

  // Searching: letters are compared composed, in lower case, without the stroke that only lengthens a word.
  const folded = (text) => text.normalize("NFC").toLowerCase().replace(/\u0640/g, "");
  const posts = sample.posts.map((post) => {
    const text = [post.title, post.text, ...post.terms.map((term) => term[1])].filter(Boolean).join("\n");
    return { ...post, key: `post/${encodeURIComponent(post.site)}/${encodeURIComponent(post.type)}/${post.id}`, haystack: folded(text) };
  });
  posts.sort((a, b) => (b.published || "").localeCompare(a.published || "") || (a.key < b.key ? -1 : 1));
  const wanted = (query) => folded(query).split(/\s+/).filter(Boolean);

  // The text with each wanted word marked.
  function marked(text, words) {
    if (!words.length) return [text];
    const lower = text.toLowerCase();
    if (lower.length !== text.length) return [text];
    const parts = [];
    let done = 0;
    while (done < text.length) {
      let place = -1, word = "";
      for (const each of words) {
        const found = lower.indexOf(each, done);
        if (found >= 0 && (place < 0 || found < place)) [place, word] = [found, each];
      }
      if (place < 0) break;
      parts.push(text.slice(done, place), make("mark", {}, text.slice(place, place + word.length)));
      done = place + word.length;
    }
    return [...parts, text.slice(done)];
  }

  function snippet(post, words) {
    const text = (post.text || "").normalize("NFC");
    const lower = text.toLowerCase();
    const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
    let start = places.length ? Math.max(0, Math.min(...places) - 60) : 0;
    if (start) start = text.indexOf(" ", start) + 1 || start;
    const cut = text.slice(start, start + 200).replace(/\s+/g, " ");
    return own([start ? "… " : "", ...marked(cut, words), start + 200 < text.length ? " …" : ""], "p", { class: "snippet" });
  }

  const browser = document.getElementById("browser");
  const state = { tab: "posts", query: "", site: "", language: "", type: "", state: "", shown: PAGE };

  function options(name) {
    return [...new Set(posts.map((post) => post[name] || ""))].sort();
  }

  function matching() {
    const words = wanted(state.query);
    return posts.filter((post) =>
      ["site", "language", "type", "state"].every((name) => !state[name] || (post[name] || "-") === state[name])
      && words.every((word) => post.haystack.includes(word)));
  }

  function meta(post) {
    return make("p", { class: "meta" },
      ...[day(post.published), post.site, post.type, post.language].filter(Boolean).map((part) => own(part)),
      post.state !== "published" && make("span", { class: `state ${post.state}` }, post.state),
      post.versions.length > 1 && make("span", {}, plural(post.versions.length, "version", "versions")));
  }

  const title = (post) => post.title || `(${post.type} ${post.id}, without a title)`;

  function listPosts(found, words) {
    return found.map((post) => make("li", {},
      own(marked(title(post).normalize("NFC"), words), "a", { class: "title", href: `#${post.key}` }),
      meta(post), post.text ? snippet(post, words) : null));
  }

  function listTerms(found, words) {
    const counted = new Map();
    for (const post of found) {
      for (const [taxonomy, name] of post.terms) {
        const key = `${taxonomy}\n${name}`;
        const entry = counted.get(key) || { taxonomy, name, posts: 0 };
        entry.posts += 1;
        counted.set(key, entry);
      }
    }
    const entries = [...counted.values()].sort((a, b) => b.posts - a.posts || (a.name < b.name ? -1 : 1));
    return entries.map((entry) => make("li", {},
      make("button", { type: "button", class: "term", on: { click: () => search(entry.name) } },
        own(marked(entry.name, words))),
      make("span", { class: "meta" }, ` ${entry.taxonomy}, ${plural(entry.posts, "post", "posts")}`)));
  }

  function listLinks(found) {
    const words = wanted(state.query);
    const lines = [];
    for (const post of posts) {
      if (!["site", "language", "type", "state"].every((name) => !state[name] || (post[name] || "-") === state[name])) continue;
      for (const [kind, text, url, domain, target] of post.links) {
        const all = folded([kind, text, url, domain].filter(Boolean).join("\n"));
        if (!words.every((word) => all.includes(word))) continue;
        lines.push(() => make("li", {},
          text ? own(text, "span", { class: "title" }) : null, url ? address(url) : null,
          make("p", { class: "meta" }, make("span", {}, kind), domain && own(domain), target && make("span", {}, `is ${target}`),
            make("span", {}, "in ", make("a", { href: `#${post.key}` }, own(title(post), "bdi"))))));
      }
    }
    return lines;
  }

  function results() {
    const words = wanted(state.query);
    const found = matching();
    const all = { posts: () => listPosts(found.slice(0, state.shown), words), terms: () => listTerms(found, words), links: () => listLinks() }[state.tab]();
    const total = state.tab === "posts" ? found.length : all.length;
    const shown = all.slice(0, state.shown).map((line) => (typeof line === "function" ? line() : line));
    const name = { posts: ["post", "posts"], terms: ["term", "terms"], links: ["link", "links"] }[state.tab];
    document.getElementById("count").textContent = plural(total, ...name);
    const more = total > state.shown && make("button", {
      type: "button", id: "more", on: { click: () => { const from = state.shown; state.shown += PAGE; results(); focusHit(from); } },
    }, "Show more");
    document.getElementById("hits").replaceChildren(...[make("ul", { class: "hits" }, ...shown), more].filter(Boolean));
  }

  function focusHit(place) {
    const line = document.querySelectorAll(".hits > li")[place];
    line?.querySelector("a, button")?.focus();
  }

  function search(query) {
    state.query = query;
    document.getElementById("query").value = query;
    choose("posts");
  }

  function choose(tab) {
    state.tab = tab;
    state.shown = PAGE;
    for (const each of document.querySelectorAll("[role=tab]")) {
      const chosen = each.dataset.tab === tab;
      each.setAttribute("aria-selected", chosen);
      each.tabIndex = chosen ? 0 : -1;
      if (chosen) document.getElementById("panel").setAttribute("aria-labelledby", each.id);
    }
    results();
  }

  function tabs() {
    const names = ["posts", "terms", "links"];
    const list = make("div", { role: "tablist", "aria-label": "What to look through" }, ...names.map((name) => make("button", {
      type: "button", role: "tab", id: `tab-${name}`, "data-tab": name, "aria-controls": "panel", on: { click: () => choose(name) },
    }, name[0].toUpperCase() + name.slice(1))));
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = names[(names.indexOf(state.tab) + step + names.length) % names.length];
      choose(next);
      document.getElementById(`tab-${next}`).focus();
    });
    return list;
  }

  function filters() {
    const changed = (name) => (event) => { state[name] = event.target.value; state.shown = PAGE; results(); };
    const selects = ["site", "language", "type", "state"].filter((name) => options(name).length > 1).map((name) =>
      make("label", {}, name[0].toUpperCase() + name.slice(1), make("select", { id: `by-${name}`, on: { change: changed(name) } },
        make("option", { value: "" }, "all"),
        ...options(name).map((value) => make("option", { value: value || "-" }, value || "not known")))));
    return make("div", { class: "filters", role: "search", "aria-label": "The sample" },
      make("label", { class: "search" }, "Words in title, text or terms", make("input", { type: "search", id: "query", dir: "auto", autocomplete: "off", on: { input: changed("query") } })),
      ...selects);
  }

  const list = make("div", { id: "list" });
  const view = make("article", { class: "post", id: "view", hidden: true });

  function row(name, ...value) {
    return [make("dt", {}, name), make("dd", {}, ...value)];
  }

  function span(parts) {
    if (parts.length === 1) return parts[0];
    return make("span", {}, parts[0] && make("del", {}, parts[0]), parts[1] && make("ins", {}, parts[1]));
  }

  function change(each) {
    return make("div", { class: "change" },
      make("p", { class: "meta" }, make("span", {}, each.field), each.note && make("span", {}, each.note)),
      ...each.hunks.map((hunk) => make("div", { class: "hunk" }, ...hunk.lines.map((line) => own(line.map(span), "p")))));
  }

  function version(each, place) {
    const told = [each.http ? `HTTP ${each.http}` : "imported", each.code].filter(Boolean).join(", ");
    const changes = each.changes;
    return make("li", {},
      make("p", { class: "meta" }, make("span", {}, make("strong", { class: `state ${each.state}` }, `Version ${each.n}: ${each.state}`)), own(told),
        make("span", {}, `seen ${minute(each.first)} to ${minute(each.last)}, ${plural(each.times, "time", "times")}`),
        own(`${each.record} in ${each.crawl}`)),
      ...(changes ? changes.map(change) : []),
      changes && !changes.length && make("p", { class: "meta" }, "Nothing differs in title, excerpt and text."),
      place > 0 && !changes && each.digest && make("p", { class: "meta" }, "Not compared: one of the two holds no content, or it is withheld."));
  }

  function links(post) {
    const rows = post.links.map(([kind, text, url, domain, target]) => make("tr", {},
      make("td", {}, kind), own(text || "", "td"), make("td", {}, url ? address(url) : "–"), own(target || domain || "", "td")));
    const left = post.linksInAll - post.links.length;
    return [make("h4", {}, `Links (${number(post.linksInAll)})`),
      make("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": "Links of the post" }, make("table", {},
        make("thead", {}, make("tr", {}, ...["Kind", "Text", "Address", "Points at"].map((name) => make("th", { scope: "col" }, name)))),
        make("tbody", {}, ...rows))),
      left > 0 && make("p", { class: "meta" }, `${plural(left, "more stands", "more stand")} in the table links.`)];
  }

  function text(post) {
    if (post.text === null) return [make("p", { class: "meta" }, post.protected ? "Behind a password: no text." : "No text, or it is withheld.")];
    const lines = post.text.split("\n").filter(Boolean).map((line) => own(line, "p"));
    return [make("div", { class: "text" }, ...lines), post.cut && make("p", { class: "meta" }, "The text goes on; the table posts has all of it.")];
  }

  function open(post) {
    const heading = own(title(post), "h3", { tabindex: -1 });
    const command = `presscorpus raw ${post.site} ${post.type} ${post.id}`;
    view.replaceChildren(...[
      make("button", { type: "button", id: "back", on: { click: () => { location.hash = "look"; } } }, "Back to the list"),
      heading, meta(post),
      post.terms.length && make("ul", { class: "tags", "aria-label": "Terms" }, ...post.terms.map(([taxonomy, name]) => own(name, "li", { title: taxonomy }))),
      ...text(post),
      ...(post.links.length ? links(post) : []),
      make("h4", {}, `Versions (${number(post.versions.length)})`), make("ol", { class: "versions" }, ...post.versions.map(version)),
      make("h4", {}, "Evidence"),
      make("dl", { class: "facts" },
        ...row("Address", post.url ? address(post.url) : "–"), ...row("Published", minute(post.published)),
        ...row("Last changed", minute(post.modified)), ...(post.gone ? row("Gone since", minute(post.gone)) : []),
        ...row("Words", post.words === null ? "–" : number(post.words)), ...(post.flags.length ? row("Flags", post.flags.join(", ")) : []),
        ...row("Observed", minute(post.seen)), ...row("Crawl", own(post.crawl, "code")), ...row("Record", own(post.record, "code")),
        ...row("Digest", own(post.digest, "code")), ...row("Its bytes", own(command, "code"))),
    ].filter(Boolean));
    list.hidden = true;
    view.hidden = false;
    document.getElementById("look").scrollIntoView();
    heading.focus({ preventScroll: true });
  }

  function follow() {
    const key = location.hash.slice(1);
    const post = posts.find((each) => each.key === key);
    if (post) open(post);
    else if (!view.hidden) {
      view.hidden = true;
      list.hidden = false;
      document.getElementById("query").focus({ preventScroll: true });
    }
  }

  function copying() {
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const source = document.getElementById(button.dataset.copy);
        let copied = false;
        try {
          await navigator.clipboard.writeText(source.textContent);
          copied = true;
        } catch {
          // Where the clipboard is shut to scripts the text is selected, so that a key copies it.
          getSelection().selectAllChildren(source);
        }
        button.parentElement.querySelector(".copied").textContent = copied ? "Copied." : "Selected: copy it with your keyboard.";
      });
    }
  }

  function pointing() {
    const tip = make("div", { id: "tip", hidden: true, "aria-hidden": "true", dir: "auto" });
    document.body.append(tip);
    document.addEventListener("pointermove", (event) => {
      const mark = event.target.closest?.("[data-tip]");
      tip.hidden = !mark;
      if (!mark) return;
      tip.textContent = mark.dataset.tip;
      tip.style.left = `${Math.max(0, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8))}px`;
      tip.style.top = `${Math.max(0, event.clientY - tip.offsetHeight - 10)}px`;
    });
  }

  // Columns that a narrow screen hides: a line above the table says so as long as there are any.
  function hiding() {
    const hint = new WeakMap();
    const look = (box) => {
      if (!hint.has(box)) {
        const line = make("p", { class: "more", hidden: true }, "More columns: scroll the table sideways →");
        box.before(line);
        hint.set(box, line);
      }
      const left = box.scrollWidth - box.clientWidth - Math.abs(box.scrollLeft);
      hint.get(box).hidden = box.scrollWidth <= box.clientWidth + 1;
      box.classList.toggle("cut", left > 1);
    };
    const sizes = new ResizeObserver((entries) => entries.forEach((entry) => look(entry.target)));
    const watch = (box) => { sizes.observe(box); box.addEventListener("scroll", () => look(box), { passive: true }); };
    document.querySelectorAll(".scroll").forEach(watch);
    new MutationObserver(() => view.querySelectorAll(".scroll").forEach(watch)).observe(view, { childList: true });
  }

  list.append(tabs(), filters(),
    make("div", { id: "panel", role: "tabpanel", "aria-labelledby": "tab-posts" },
      make("p", { id: "count", class: "count", role: "status" }), make("div", { id: "hits" })));
  browser.append(list, view);
  browser.hidden = false;
  choose("posts");
  copying();
  pointing();
  hiding();
  addEventListener("hashchange", follow);
  follow();
})();
