/* In every page while it is previewed, never in a published one: shows what was saved, and what is wrong with it. */
(() => {
  "use strict";

  const own = "/__citewell/";
  const me = `script[src="${own}client.js"]`;
  let { seen } = document.currentScript.dataset; // which state of the page this is

  /* Saved text takes the place of the former in the open page. Whatever a script of the page may care about needs a new page. */

  const inert = document.implementation.createHTMLDocument("");
  const source = inert.importNode(document.documentElement, true); // as it came, before any deferred script
  const live = new WeakMap(); // node of the source -> node of the page

  const pair = (was, node) => {
    live.set(was, node);
    was.childNodes.forEach((child, at) => pair(child, node.childNodes[at]));
  };
  pair(source, document.documentElement);

  const ATTRIBUTES = ["href", "title", "lang", "dir", "content", "datetime", "data-seen"];
  const PLAIN = new Set((
    "#text A ABBR B BLOCKQUOTE BR CITE CODE DD DL DT EM I KBD LI OL P S SMALL STRONG SUB SUP U UL"
  ).split(" "));
  const isPlain = (node) =>
    PLAIN.has(node.nodeName)
    && [...(node.attributes ?? [])].every(({ name }) => ATTRIBUTES.includes(name))
    && [...node.childNodes].every(isPlain);
  const isFixed = (node) =>
    ["LINK", "STYLE", "TEMPLATE"].includes(node.nodeName)
    || (node.nodeName === "SCRIPT" && !node.matches(`[type$=json], ${me}`));
  const templates = (root) => [...root.querySelectorAll("template")].map(({ innerHTML }) => innerHTML).join();

  // Each of these gives the steps that bring the page from one source to another, or null where that needs a new page.
  const joined = (parts) => (parts.includes(null) ? null : parts.flat());

  const steps = (was, now) => {
    if (was.isEqualNode(now) || was.nodeName === "NOSCRIPT") return [];
    const node = live.get(was);
    const moved = was.parentNode && node.parentNode !== live.get(was.parentNode);
    if (moved || was.nodeName !== now.nodeName || isFixed(was)) return null;
    if (was.nodeType === Node.ELEMENT_NODE) return joined([ofAttributes(was, now, node), ofChildren(was, now, node)]);
    return node.data === was.data ? [() => { node.data = was.data = now.data; }] : null;
  };

  const ofAttributes = (was, now, node) => {
    const changed = [...new Set([...was.getAttributeNames(), ...now.getAttributeNames()])]
      .filter((name) => was.getAttribute(name) !== now.getAttribute(name));
    const free = (name) => ATTRIBUTES.includes(name) && node.getAttribute(name) === was.getAttribute(name);
    return changed.every(free) ? changed.map((name) => () => {
      for (const element of [node, was]) {
        if (now.hasAttribute(name)) element.setAttribute(name, now.getAttribute(name));
        else element.removeAttribute(name);
      }
    }) : null;
  };

  const ofChildren = (was, now, node) => {
    const [out, into] = [[...was.childNodes], [...now.childNodes]];
    if (out.length === into.length && out.every((child, at) => child.nodeName === into[at].nodeName)) {
      return joined(out.map((child, at) => steps(child, into[at])));
    }
    let [start, end] = [0, 0];
    const least = Math.min(out.length, into.length);
    while (start < least && out[start].isEqualNode(into[start])) start += 1;
    while (end < least - start && out.at(-1 - end).isEqualNode(into.at(-1 - end))) end += 1;
    const next = out[out.length - end] ?? null;
    const gone = out.slice(start, out.length - end);
    const come = into.slice(start, into.length - end);
    const untouched = out.length === node.childNodes.length
      && out.every((child, at) => live.get(child) === node.childNodes[at])
      && gone.every((child) => child.isEqualNode(live.get(child)));
    return untouched && [...gone, ...come].every(isPlain) ? [() => {
      for (const child of gone) {
        live.get(child).remove();
        child.remove();
      }
      for (const child of come) {
        const [kept, shown] = [inert.importNode(child, true), document.importNode(child, true)];
        was.insertBefore(kept, next);
        node.insertBefore(shown, next && live.get(next));
        pair(kept, shown);
      }
    }] : null;
  };

  const patched = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const now = new DOMParser().parseFromString(await answer.text(), "text/html").documentElement;
      const todo = templates(source) === templates(now) ? steps(source, now) : null;
      todo?.forEach((step) => step());
      if (todo) ({ seen } = source.querySelector(me).dataset);
      return todo !== null;
    } catch {
      return false; // the server has gone, or a policy of the page forbids this
    }
  };

  /* A page that is loaded anew is where it was. */

  const PLACE = "citewell-place";
  const controls = () => [...document.querySelectorAll("a, button, input, summary, [tabindex]")];
  const folds = () => [...document.querySelectorAll("details")];
  const nameOf = (element) => element.nodeName
    + (element.id || element.getAttribute("href") || (element.querySelector("summary") ?? element).textContent);

  const reload = () => {
    const [control] = controls().filter((element) => element === document.activeElement);
    const open = folds().map((fold) => [nameOf(fold), fold.open]);
    const place = { at: location.href, x: scrollX, y: scrollY, open, focus: control && nameOf(control) };
    try { sessionStorage.setItem(PLACE, JSON.stringify(place)); } catch { /* storage may be forbidden or full */ }
    history.scrollRestoration = "manual";
    location.reload();
  };

  const comeBack = () => {
    let place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(PLACE));
      sessionStorage.removeItem(PLACE);
    } catch { /* see above */ }
    history.scrollRestoration = "auto";
    if (place?.at !== location.href) return;
    const open = new Map(place.open);
    for (const fold of folds()) fold.open = open.get(nameOf(fold)) ?? fold.open;
    controls().find((element) => nameOf(element) === place.focus)?.focus({ preventScroll: true });
    scrollTo({ left: place.x, top: place.y, behavior: "instant" });
  };
  addEventListener("DOMContentLoaded", comeBack); // when the scripts of the page have made it what it is

  const restyle = (styles) => {
    for (const was of source.querySelectorAll("link[rel~=stylesheet]")) {
      const href = styles[was.getAttribute("href")];
      if (!href) continue;
      const link = live.get(was);
      const fresh = link.cloneNode();
      fresh.setAttribute("href", href);
      fresh.former = [link, ...(link.former ?? [])];
      // Not before, or the page would for a moment be without style.
      fresh.onload = fresh.onerror = () => fresh.former.forEach((old) => old.remove());
      link.after(fresh);
      was.setAttribute("href", href);
      live.set(was, fresh);
    }
  };

  /* What is wrong with the site, over the page: in a tree of its own, so that neither's style touches the other. */

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const frame = () => {
    const host = make("citewell-preview");
    const root = host.attachShadow({ mode: "open" });
    const style = make("link", { rel: "stylesheet", href: `${own}client.css` });
    const dialog = make("dialog", { role: "alertdialog", ariaLabel: "What is wrong with this site" });
    const bar = make("p", { role: "status", className: "bar" });
    root.append(style, dialog, bar);
    document.documentElement.append(host);
    return new Promise((ready) => { style.onload = style.onerror = () => ready({ dialog, bar }); });
  };
  let framed = null;
  let lasting = false; // whether the list stands there because of an error

  // What stands between backticks is code. It stays text: it comes from files that anybody may have written.
  const prose = (text) => text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? make("code", {}, part) : part));

  const TITLES = { status: "How the site stands" };

  const ofPlace = ({ place, excerpt }) => [
    make("p", { className: "place" }, place),
    ...(excerpt ? [make("pre", {},
      make("span", { className: "margin" }, `${excerpt.line} | `),
      excerpt.before, make("mark", {}, excerpt.fault), excerpt.after)] : []),
  ];

  const ofTold = ({ severity, code, at, related, help }) => make("li", { className: severity },
    make("h2", {}, make("span", { className: "code" }, `${severity}[${code}]`), ": ", ...prose(at.message)),
    ...ofPlace(at),
    ...related.flatMap((note) => [make("p", {}, make("b", {}, "note"), ": ", ...prose(note.message)), ...ofPlace(note)]),
    make("p", { className: "help" }, make("b", {}, "help"), ": ", ...prose(help)));

  const report = async ({ failed, count, told, trouble, published, pages }) => {
    const { dialog, bar } = await (framed ??= frame());
    const hide = make("button", { type: "button", onclick: () => dialog.close() }, "Hide ", make("kbd", {}, "Esc"));
    const list = make("ol", {}, ...told.map(ofTold));
    dialog.className = failed || trouble ? "error" : "";
    dialog.replaceChildren(
      make("div", { className: "head" }, make("h1", {}, trouble ? "The site could not be made" : count), hide),
      ...(failed || trouble ? [make("p", { className: "state" }, published
        ? "The page below is the last good state. This goes away when what is wrong is mended."
        : "Nothing could be published yet. The site stands here when what is wrong is mended.")] : []),
      ...(trouble ? [make("p", { className: "trouble" }, ...prose(trouble))] : []),
      list,
      ...pages.map((name) => make("p", {}, make("a", { href: `${own}${name}/` }, TITLES[name] ?? name))));
    if (dialog.open) hide.focus({ preventScroll: true }); // the former button has gone
    const button = make("button", { type: "button", onclick: () => dialog.showModal() }, trouble ? "not made" : count);
    bar.replaceChildren(...(count || trouble ? [button] : []));
    bar.className = failed || trouble ? "bar error" : "bar";
    if (failed || trouble) dialog.open || dialog.showModal();
    else if (lasting || !count) dialog.close();
    lasting = failed || Boolean(trouble);
  };

  const tellGone = async () => {
    const { bar } = await (framed ??= frame());
    bar.replaceChildren("The preview has stopped. This page will follow it again when it is back.");
  };

  /* The protocol of livereload: http://livereload.com/api/protocol/ */

  const QUICK = 250; // milliseconds until another try
  const SLOW = 2000;
  let delay = QUICK;
  let leaving = false;
  let newest = seen; // what the preview told last
  let work = Promise.resolve(); // one thing after the other
  const then = (task) => { work = work.then(task).catch((error) => console.error(error)); };
  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });

  const renew = async (message) => {
    if (message.seen === seen || message.seen !== newest) return; // a later one follows
    if (message.liveCSS && message.since === seen) {
      restyle(message.styles);
      ({ seen } = message);
    } else if (!await patched()) {
      reload();
    }
  };

  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}${own}livereload`);
    const say = (message) => socket.send(JSON.stringify(message));
    const hear = {
      hello: () => say({ command: "info", url: location.href, seen }),
      reload: (message) => {
        newest = message.seen;
        then(() => renew(message));
      },
      "citewell-report": (message) => then(() => report(message)),
    };
    socket.onopen = () => say({ command: "hello", protocols: ["http://livereload.com/protocols/official-7"] });
    socket.onmessage = ({ data }) => {
      delay = QUICK;
      const message = JSON.parse(data);
      hear[message.command]?.(message);
    };
    socket.onclose = () => {
      if (leaving) return;
      if (delay > QUICK) then(tellGone);
      setTimeout(connect, delay);
      delay = Math.min(2 * delay, SLOW);
    };
  };
  connect();
})();
