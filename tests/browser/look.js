// Run by the driver in a page whose own scripts are off. Returns what tests/browser/convention.py calls Seen, but for `revealed`:
// an object that was revealed comes to its fallback only when the script has ended.
const all = selector => [...document.querySelectorAll(selector)];
const shown = document.body.innerText;

const urls = [];
const written = (selector, attribute, read) => {
  for (const element of all(selector))
    if (element.getAttribute(attribute)?.trim()) urls.push(read(element));
};
const resolved = value => { try { return new URL(value, document.baseURI).href } catch { return value } };
written("a[href], area[href], link[href]", "href", e => typeof e.href === "string" ? e.href : resolved(e.href.baseVal));
written("image, use", "href", e => resolved(e.href.baseVal));
written("img, iframe, embed, video, audio, source, track, script, input", "src", e => e.src);
written("object", "data", e => e.data);
written("video", "poster", e => e.poster);
written("form", "action", e => resolved(e.getAttribute("action")));  // a control named "action" hides the property
written("button, input", "formaction", e => e.formAction);
written("blockquote, q, ins, del", "cite", e => e.cite);
const PICTURES = ["backgroundImage", "listStyleImage", "borderImageSource", "cursor", "maskImage"];
for (const element of all("[style]")) {
  const computed = getComputedStyle(element);
  for (const property of PICTURES)
    if (element.style[property].includes("url("))
      for (const [, quoted] of computed[property].matchAll(/url\("((?:[^"\\]|\\.)*)"\)/g))
        urls.push(quoted.replace(/\\(.)/g, "$1"));
}
for (const element of all("[background]"))
  for (const [, quoted] of getComputedStyle(element).backgroundImage.matchAll(/url\("((?:[^"\\]|\\.)*)"\)/g))
    urls.push(quoted.replace(/\\(.)/g, "$1"));
const srcsets = all("img[srcset], source[srcset]").map(e => e.getAttribute("srcset"));

// What a reader gets to see, and what a string cannot tell. Each step has its row in docs/decisions/0013-browser.md.
const steps = [];
const step = (name, elements, change) => {
  if (elements.length) steps.push(name);
  elements.forEach(change);
};
const kept = text => text.replace(/[ \u00a0]/g, "\ue002").replace(/\r\n?|\n/g, "\ue003").replace(/\t/g, "\ue004");
step("details", all("details:not([open])"), e => { e.open = true });
step("found", all("[hidden='until-found' i]"), e => e.removeAttribute("hidden"));
step("rp", all("rp"), e => { e.style.display = "inline" });
const IGNORED = ["visibility", "white-space", "text-transform"];
step("styles", all("[style]").filter(e => IGNORED.some(name => e.style.getPropertyValue(name))),
  e => IGNORED.forEach(name => e.style.removeProperty(name)));
step("math", all("math"), e => {
  const span = document.createElement("span");
  span.textContent = ` ${[...e.querySelectorAll("mi, mn, mo, ms, mtext")].map(token => token.textContent).join(" ")} `;
  e.replaceWith(span);
});
const boxes = all("*").filter(e => /^inline-/.test(getComputedStyle(e).display) && /^\s|\s$/.test(e.textContent));
step("edges", boxes, e => {
  if (/^\s/.test(e.textContent)) e.before(" ");
  if (/\s$/.test(e.textContent)) e.after(" ");
});
step("preformatted", all("pre, listing, xmp, plaintext"), e => {
  const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    if (!texts.currentNode.parentNode.matches("table, tbody, thead, tfoot, tr, colgroup"))
      texts.currentNode.data = kept(texts.currentNode.data);
});
step("textarea", all("textarea"), e => {
  const span = document.createElement("span");
  span.textContent = kept(e.defaultValue);
  e.replaceWith(span);
});
step("cells", all("td, th"), e => { e.prepend("\ue000"); e.append("\ue001") });
return { shown, steps, urls, srcsets };
