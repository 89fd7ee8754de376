/* Sources beside their marks, ticks that stay, links that work from a folder. Nothing is sent anywhere. */
(() => {
  "use strict";

  // Storage may be forbidden or full: then a choice holds as long as the page is open.
  const recall = (key) => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };
  const keep = (key, value) => {
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* see above */ }
  };

  if (location.protocol === "file:") {
    for (const link of document.links) {
      if (link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
    }
  }

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.matches("details")) target.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();

  /* Ticks */

  const ticks = document.querySelector(".checklist template");
  if (ticks) {
    const checklist = ticks.parentNode;
    const key = `citewell-ticks:${location.pathname.replace(/index\.html$/, "")}`;
    const ticked = recall(key) ?? [];
    const boxes = [...checklist.querySelectorAll("li > strong")].map((question) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.value = question.textContent; // a tick belongs to the question, wherever it stands in the list
      box.checked = ticked.includes(box.value);
      question.before(label);
      label.append(box, question);
      return box;
    });
    checklist.classList.add("with-ticks");
    const line = ticks.content.firstElementChild; // hidden as long as nothing is ticked
    checklist.append(line);
    const [count] = line.children;
    const tell = () => {
      const done = boxes.filter((box) => box.checked);
      if (done.length) line.hidden = false;
      count.textContent = `${done.length} of ${boxes.length} ticked.`;
      return done.map((box) => box.value);
    };
    checklist.onchange = () => keep(key, tell());
    line.querySelector("button").onclick = () => {
      for (const box of boxes) box.checked = false;
      keep(key, tell());
    };
    tell();
  }

  /* Source preview */

  const previews = document.querySelector(".sources template");
  if (previews?.showPopover) {
    const MARK = "sup.cite a";
    const KEY = "citewell-previews-off";
    const SHOW_AFTER = 500;
    const HIDE_AFTER = 300; // time to move the pointer into the card
    const GAP = 8;

    const switches = previews.content.querySelectorAll("button");
    const [card, again] = previews.content.children;
    const [text, more] = card.querySelectorAll("div, a");
    previews.after(previews.content);
    let off, mark, opening, closing, byTouch, returning;

    const choose = (value) => {
      off = value;
      if (off) again.hidden = false;
      for (const button of switches) button.textContent = `Turn source previews ${off ? "on" : "off"}`;
    };

    const place = () => {
      const { left, top, bottom } = mark.getBoundingClientRect();
      const { clientWidth, clientHeight } = document.documentElement;
      const x = Math.max(GAP, Math.min(left, clientWidth - card.offsetWidth - GAP));
      const above = top - GAP - card.offsetHeight;
      const below = bottom + GAP;
      const y = above > 0 && below + card.offsetHeight > clientHeight ? above : below;
      card.style.left = `${x + scrollX}px`;
      card.style.top = `${y + scrollY}px`;
    };

    const close = () => {
      clearTimeout(opening);
      const inside = card.contains(document.activeElement);
      const former = mark;
      mark = null;
      card.remove();
      former?.removeAttribute("aria-describedby");
      returning = true;
      if (inside) former.focus();
      returning = false;
    };

    const sourceOf = (link) => !off && document.getElementById(link.hash.slice(1));

    const show = (link) => {
      const source = sourceOf(link);
      if (!source || link === mark) return;
      close();
      mark = link;
      text.replaceChildren(...source.cloneNode(true).childNodes);
      text.querySelector(".ways-back")?.remove();
      more.href = link.hash;
      // Tab goes on through the page: whoever uses the keyboard has the same links in the list.
      for (const stop of card.querySelectorAll("a, button")) stop.tabIndex = -1;
      link.parentNode.after(card);
      link.setAttribute("aria-describedby", text.id);
      card.showPopover();
      place();
    };

    const leave = () => {
      clearTimeout(closing);
      closing = setTimeout(() => {
        const held = mark?.matches(":hover, :focus-visible") || card.matches(":hover, :focus-within");
        if (mark && !held) close();
      }, HIDE_AFTER);
    };

    const on = (type, listener) => document.addEventListener(type, listener);
    on("pointerover", ({ target, pointerType }) => {
      const link = target.closest(MARK);
      if (link && pointerType === "mouse") opening = setTimeout(show, SHOW_AFTER, link);
    });
    on("pointerout", ({ pointerType }) => {
      if (pointerType !== "mouse") return;
      clearTimeout(opening);
      leave();
    });
    on("focusin", ({ target }) => {
      if (returning || card.contains(target)) return;
      if (target.matches(`${MARK}:focus-visible`)) show(target);
      else if (target !== mark) close();
    });
    on("focusout", leave);
    on("pointerdown", ({ target, pointerType }) => {
      byTouch = pointerType !== "mouse";
      if (!card.contains(target) && !target.closest(MARK)) close();
    });
    on("click", (event) => {
      const link = event.target.closest(MARK);
      // The first tap shows, the second follows. A click from the keyboard has no detail.
      if (link && link !== mark && byTouch && event.detail && sourceOf(link)) {
        event.preventDefault();
        show(link);
      } else if (link || event.target === more) close();
    });
    on("keydown", ({ key }) => {
      if (key === "Escape") close();
    });
    addEventListener("resize", () => { if (mark) place(); });
    for (const button of switches) {
      button.onclick = () => {
        close();
        choose(!off);
        keep(KEY, off);
      };
    }
    choose(recall(KEY));
  }
})();
