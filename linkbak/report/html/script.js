"use strict";
// Search, sorting and filters for the list of everybody. Without it the whole list stands in the page.
(() => {
  const SOME = 25, ON_PAPER = 1000;
  const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'" };
  const [NAME, SINCE, EMAIL, MESSAGES] = [0, 3, 4, 5];
  const at = (id) => document.getElementById(id);
  const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/&(?:amp|lt|gt|#34|#39);/g, (sign) => SIGNS[sign]);
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // A browser with script keeps the list inside <noscript> as text, of which each row is read when it is needed.
  const rows = at("everybody").textContent.split("\n<tr>").slice(1), everybody = rows.map((_, number) => number);
  const read = (row) => {
    const cells = row.split(/<t[dh][^>]*>/).slice(1);
    cells[MESSAGES] = cells[MESSAGES].split("\n")[0];
    const link = /href="([^"]*)"/.exec(cells[NAME]), note = / <i( data-gone)?>([^<]*)<\/i>$/.exec(cells[NAME]);
    if (note) cells[NAME] = cells[NAME].slice(0, note.index);
    return { cells: cells.map(plain), link: link && plain(link[1]), mail: cells[EMAIL].startsWith("<a"), note: note && note[2], kind: note && (note[1] ? "gone" : "doubt") };
  };
  const people = [], person = (number) => people[number] ??= read(rows[number]);

  const orders = [];
  // Everybody in the order of a column, reckoned once: what is empty comes last both ways.
  const order = (column) => {
    if (!orders[column]) {
      const people = everybody.map(person), all = [...everybody];
      if (column === SINCE) {
        all.reverse();  // the page has the newest first
      } else if (column === MESSAGES) {
        const key = people.map(({ cells }) => Number(cells[MESSAGES]));
        all.sort((one, other) => key[one] - key[other] || other - one);
      } else {
        const key = people.map(({ cells }) => folded(cells[column]));
        all.sort((one, other) => key[one] < key[other] ? -1 : key[one] > key[other] ? 1 : one - other);
      }
      const full = all.filter((number) => people[number].cells[column]);
      const empty = all.filter((number) => !people[number].cells[column]);
      orders[column] = { ascending: [...full, ...empty], descending: [...full.reverse(), ...empty] };
    }
    return orders[column];
  };

  const body = at("listed").tBodies[0], heads = [...at("listed").tHead.rows[0].cells], words = at("words");
  const only = { email: at("with-email"), messages: at("with-messages"), gone: at("with-gone"), note: at("with-note") };
  let sorted = null, found = [], said = 0;  // null: as the page has them, the newest connection first

  const anchor = (text, href) => {
    const link = document.createElement("a");
    link.href = href;
    link.rel = "noopener noreferrer";
    link.textContent = text;
    return link;
  };
  const row = ({ cells, link, mail, note }) => {
    const line = document.createElement("tr");
    line.setAttribute("role", "row");
    cells.forEach((text, column) => {
      const cell = document.createElement(column === NAME ? "th" : "td");
      cell.setAttribute("role", column === NAME ? "rowheader" : "cell");
      if (column === NAME) cell.scope = "row";
      if (column === NAME && link) cell.append(anchor(text, link));
      else if (column === EMAIL && mail) cell.append(anchor(text, `mailto:${text}`));
      else cell.append(text);
      if (column === NAME && note) {
        const mark = document.createElement("i");
        mark.textContent = note;
        cell.append(" ", mark);
      }
      line.append(cell);
    });
    return line;
  };

  const show = (upTo) => {
    const first = body.rows.length;
    body.append(...found.slice(first, upTo).map((number) => row(person(number))));
    at("more").hidden = body.rows.length >= found.length;
    return body.rows[first];
  };
  const tell = () => {
    const [all, some] = [rows.length, found.length].map((count) => count.toLocaleString("en"));
    const text = found.length === rows.length ? at("found").dataset.all : at("found").dataset.some;
    at("found").textContent = text.replace("{all}", all).replace("{some}", some);
  };
  const find = () => {
    const asked = folded(words.value).split(/\s+/).filter(Boolean);
    const kinds = [only.gone.checked && "gone", only.note.checked && "doubt"].filter(Boolean);
    const fits = (one) => {
      if (only.email.checked && !one.cells[EMAIL]) return false;
      if (only.messages.checked && !one.cells[MESSAGES]) return false;
      if (kinds.length && !kinds.includes(one.kind)) return false;
      if (!asked.length) return true;
      one.text ??= folded(one.cells.slice(0, SINCE).join("\n") + "\n" + one.cells[EMAIL]);
      return asked.every((word) => one.text.includes(word));
    };
    const all = sorted ? order(sorted.column)[sorted.way] : everybody;
    const picked = asked.length || Object.values(only).some((box) => box.checked);
    found = picked ? all.filter((number) => fits(person(number))) : all;
    body.replaceChildren();
    show(SOME);
    clearTimeout(said);
    said = setTimeout(tell, 200);
  };

  const sort = (column) => {
    const first = column === SINCE || column === MESSAGES ? "descending" : "ascending";
    const now = sorted ?? { column: SINCE, way: "descending" };
    const other = now.way === "ascending" ? "descending" : "ascending";
    sorted = { column, way: now.column === column ? other : first };
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", sorted.way);
    find();
  };
  heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => sort(column)));
  words.addEventListener("input", find);
  Object.values(only).forEach((box) => box.addEventListener("change", find));
  at("more").addEventListener("click", () => {
    const first = show(body.rows.length + SOME);
    (first.querySelector("a") ?? Object.assign(first.cells[0], { tabIndex: -1 })).focus();
  });

  // On paper nothing is folded away, and there is room for more of the list.
  const folds = [...document.querySelectorAll("details")];
  let opened = [], shown = 0;
  addEventListener("beforeprint", () => {
    opened = folds.filter((fold) => !fold.open);
    opened.forEach((fold) => { fold.open = true; });
    shown = body.rows.length;
    show(ON_PAPER);
  });
  addEventListener("afterprint", () => {
    opened.forEach((fold) => { fold.open = false; });
    while (body.rows.length > Math.max(shown, SOME)) body.lastElementChild.remove();
    show(body.rows.length);
  });

  at("tools").hidden = at("list").hidden = false;
  find();
  tell();
  // The rest of the rows are read while nothing else is to do, so that the first search need not wait for them.
  const ahead = (from) => {
    everybody.slice(from, from + 500).forEach(person);
    if (from < rows.length) setTimeout(ahead, 0, from + 500);
  };
  setTimeout(ahead, 0, 0);
})();
