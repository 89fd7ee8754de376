/* Search in the site's own index, which is loaded when the dialog opens. What a reader types stays on the page. */
(() => {
  "use strict";

  const SHOWN = 40;
  const EXCERPT = 60; // words and gaps
  const IN_NAME = 10; // in the text: 1
  const PREFERRED = { page: 4, term: 3, question: 2, step: 2 };
  const KEY = "citewell-slash-off";
  const WORD = /([\p{L}\p{M}\p{N}]+)/u;

  const place = document.querySelector(".search");
  place.append(place.firstElementChild.content);
  const [button, dialog] = place.querySelectorAll("button, dialog");
  const [form, status, list] = dialog.children;
  const [input, slash] = dialog.querySelectorAll("input");
  document.body.append(dialog); // out of the header and its looks

  /* Texts are compared without accents, apostrophes and capitals, with one space before and behind each word. */
  const fold = (text) => text.normalize("NFD").replace(/[\p{M}'’]/gu, "").toLowerCase();
  const spaced = (text) => ` ${fold(text)} `.replace(/[^\p{L}\p{N}]+/gu, " ");
  const asked = () =>
    spaced(input.value).split(" ").filter(Boolean).map((word) => word.replace(/(..[^s])s$/, "$1"));

  const entries = (index) =>
    index.flatMap(([path, passages]) => {
      const page = passages[0][2];
      const inPage = spaced(page);
      return passages.map(([kind, anchor, name, text]) => ({
        kind, name, text, page, path, anchor, inName: spaced(name), inText: spaced(text), inPage,
      }));
    });

  /* Every word asked for must begin one of the name, of the text, or at least of the page's title. */
  const score = ({ kind, inName, inText, inPage }, words) => {
    let sum = 0;
    for (const word of words) {
      if (inName.includes(` ${word}`)) sum += IN_NAME + inName.includes(` ${word} `);
      else if (inText.includes(` ${word}`)) sum += 1;
      else if (!inPage.includes(` ${word}`)) return 0;
    }
    if (sum >= IN_NAME) sum += PREFERRED[kind] ?? 0;
    return inName === ` ${words.join(" ")} ` ? 2 * sum : sum;
  };

  const element = (tag, name, ...children) => {
    const made = document.createElement(tag);
    made.className = name;
    made.append(...children);
    return made;
  };
  const result = ({ kind, name, text, page, path, anchor }, words) => {
    const isFound = (part, at) => at % 2 && words.some((word) => fold(part).startsWith(word)); // words have odd places
    const marked = (parts) => parts.map((part, at) => (isFound(part, at) ? element("mark", "", part) : part));
    const url = new URL(path, new URL(place.dataset.index, location));
    if (url.protocol === "file:") url.pathname += "index.html";
    url.hash = anchor;
    const link = element("a", "", element("span", "result-kind", `${kind}: `), ...marked(name.split(WORD)));
    link.href = url;
    const parts = text.split(WORD);
    const start = Math.max(0, parts.findIndex(isFound) - 13); // an even place
    const end = start + EXCERPT;
    if (start) parts[start] = "… ";
    return element(
      "li",
      "",
      link,
      element("p", "result-page", kind === "page" ? "" : page),
      element("p", "", ...marked(parts.slice(start, end)), parts[end] ? " …" : ""),
    );
  };

  let loading, found;
  const answer = () => {
    if (!found) return;
    const words = asked();
    const ranked = found
      .map((entry) => [words.length && score(entry, words), entry])
      .filter(([sum]) => sum)
      .sort(([one], [other]) => other - one);
    list.replaceChildren(...ranked.slice(0, SHOWN).map(([, entry]) => result(entry, words)));
    const count = ranked.length === 1 ? "1 result" : `${ranked.length || "No"} results`;
    const told = ranked.length > SHOWN ? `${count}, the first ${SHOWN} shown` : count;
    status.textContent = words.length ? told : "";
  };
  // From a host the index comes as data. What lies on a disk can only be run.
  const fetched = async (url) => {
    const text = await (await fetch(url)).text();
    return JSON.parse(text.slice(text.indexOf("["), text.lastIndexOf("]") + 1));
  };
  const run = (url) => new Promise((resolve, reject) => {
    const script = element("script", "");
    script.src = url;
    script.onload = () => resolve(siteIndex);
    script.onerror = reject;
    document.head.append(script);
  });
  const load = async () => {
    loading = true;
    try {
      found = entries(await (location.protocol === "file:" ? run : fetched)(place.dataset.index));
      answer();
    } catch {
      loading = false;
      status.textContent = "The index could not be loaded.";
    }
  };
  const open = () => {
    dialog.showModal();
    input.select();
    if (!loading) load();
  };

  const close = () => {
    input.blur(); // lest the next key count as typed here
    dialog.close();
  };

  button.onclick = open;
  form.lastElementChild.onclick = close;
  form.onsubmit = () => {
    list.querySelector("a")?.click();
    return false;
  };
  input.oninput = answer;
  list.onclick = ({ target, ctrlKey, metaKey }) => {
    if (target.closest("a") && !ctrlKey && !metaKey) close(); // it may lead to this very page
  };
  dialog.onkeydown = (event) => {
    const stops = [input, ...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && stops[stops.indexOf(document.activeElement) + step];
    if (next) next.focus();
    else if (event.key === "Escape") close(); // by itself it would empty the field first
    else return;
    event.preventDefault();
  };

  // A key of one sign is in the way of people who speak to their computer: it can be turned off.
  try { slash.checked = !localStorage.getItem(KEY); } catch { /* storage is forbidden */ }
  slash.onchange = () => {
    try { localStorage.setItem(KEY, slash.checked ? "" : "off"); } catch { /* as above */ }
  };
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (key !== "/" || !slash.checked || ctrlKey || metaKey || altKey || dialog.open) return;
    if (target.closest("input, textarea, [contenteditable]")) return;
    event.preventDefault();
    open();
  });
})();
