
"use strict";
// Everything from the texts goes into the page as text nodes, never as HTML.
const changes = JSON.parse(document.getElementById("changes").textContent);
const tables = JSON.parse(document.getElementById("tables").textContent);
const [FILE, RECORD, FIELD, PLACE, DOCUMENT, SPAN, CHAIN, EXACT, SCORE, BEFORE, AFTER, OLD, NEW, STEPS] = changes.length ? changes[0].keys() : [];
const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const ROW = 56;

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// What has no ink, or would turn the line around, as a mark.
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u034f\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180d\u2000-\u200a\u202f\u205f\u3164\uffa0]/u;
function shown(text) {
  const parts = [];
  let plain = "";
  for (const char of text) {
    if (!unseen.test(char)) {
      plain += char;
      continue;
    }
    if (plain) parts.push(plain);
    plain = "";
    const code = char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    parts.push(element("span", "mark", "U+" + code));
  }
  if (plain) parts.push(plain);
  return parts.length ? parts : [element("span", "mark", "nothing")];
}
const text = (...children) => element("bdi", "text", ...children);

// Changes that are the same in the same document are decided together.
const keys = new Uint32Array(changes.length);
const firsts = [];
{
  const known = new Map();
  changes.forEach((change, i) => {
    const name = change[DOCUMENT] + ":" + change[SPAN] + ":" + change[AFTER];
    let key = known.get(name);
    if (key === undefined) {
      key = firsts.length;
      known.set(name, key);
      firsts.push(i);
    }
    keys[i] = key;
  });
}
const accepted = new Uint8Array(firsts.length).fill(1);

let shownChanges = [];
let here = 0;

function place(change) {
  let where = tables.files[change[FILE]];
  if (change[PLACE]) where += ":" + change[PLACE].join(":");
  if (change[RECORD] !== null) where += (change[PLACE] ? ", record " : ", row ") + change[RECORD];
  if (tables.fields[change[FIELD]]) where += ", field " + tables.fields[change[FIELD]];
  return where;
}

function select(id, names, all) {
  $(id).append(new Option(all, ""));
  names.forEach((name, i) => $(id).append(new Option(name, i)));
  if (names.length < 2) $(id).hidden = true;
}

function summary() {
  const counts = new Array(tables.chains.length).fill(0);
  let exact = 0;
  for (const change of changes) {
    counts[change[CHAIN]] += 1;
    exact += change[EXACT];
  }
  const files = tables.files.length === 1 ? tables.files[0] : number.format(tables.files.length) + " files";
  $("summary").textContent = number.format(changes.length) + " changes in " + files + ": " +
    number.format(exact) + " exact, " + number.format(changes.length - exact) + " inferred";
  const most = Math.max(1, ...counts);
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  for (const chain of order) {
    const fill = element("i");
    fill.style.width = (100 * counts[chain]) / most + "%";
    const bar = element("button", "bar",
      element("span", "", tables.chains[chain]), element("span", "", fill), element("span", "", number.format(counts[chain])));
    bar.type = "button";
    bar.dataset.chain = chain;
    bar.setAttribute("aria-pressed", "false");
    bar.addEventListener("click", () => {
      $("chain").value = $("chain").value === String(chain) ? "" : String(chain);
      filter();
    });
    $("chart").append(bar);
  }
}

function filter() {
  const [chain, exact, file, ticked] = ["chain", "exact", "file", "ticked"].map((id) => $(id).value);
  const score = Number($("score").value) || 0;
  const search = $("search").value.toLowerCase();
  const current = shownChanges[here];
  shownChanges = [];
  changes.forEach((change, i) => {
    if (chain !== "" && change[CHAIN] !== Number(chain)) return;
    if (exact !== "" && change[EXACT] !== Number(exact)) return;
    if (file !== "" && change[FILE] !== Number(file)) return;
    if (ticked !== "" && accepted[keys[i]] !== Number(ticked)) return;
    if (change[SCORE] < score) return;
    if (search) {
      const lines = change[OLD].join("") + "\n" + newLine(change).join("") + "\n" + place(change);
      if (!lines.toLowerCase().includes(search)) return;
    }
    shownChanges.push(i);
  });
  for (const bar of $("chart").children) bar.setAttribute("aria-pressed", String(bar.dataset.chain === chain));
  const at = shownChanges.indexOf(current);
  $("space").style.height = shownChanges.length * ROW + "px";
  go(at < 0 ? 0 : at);
}

function newLine(change) {
  const line = change[NEW];
  return Array.isArray(line) ? line : [change[OLD][0], line, change[OLD][2]];
}

function count() {
  let yes = 0;
  for (const i of shownChanges) yes += accepted[keys[i]];
  $("count").textContent = number.format(shownChanges.length) + " of " + number.format(changes.length) +
    " shown, " + number.format(yes) + " of them accepted";
}

// Only the rows that can be seen are there.
function draw() {
  const list = $("list");
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 4);
  const last = Math.min(shownChanges.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 4);
  const rows = [];
  for (let at = first; at < last; at++) rows.push(row(at));
  $("rows").style.transform = "translateY(" + first * ROW + "px)";
  $("rows").replaceChildren(...rows);
  list.setAttribute("aria-activedescendant", shownChanges.length ? "row-" + here : "");
}

function row(at) {
  const i = shownChanges[at];
  const change = changes[i];
  const tick = element("input");
  tick.type = "checkbox";
  tick.tabIndex = -1;
  tick.checked = accepted[keys[i]] === 1;
  tick.setAttribute("aria-label", "Accept");
  tick.addEventListener("click", (event) => event.stopPropagation());
  tick.addEventListener("change", () => decide([i], tick.checked));
  const left = [...newLine(change)[0]].slice(-24).join("");
  const what = element("div", "what",
    text(...(left ? shown(left) : []), element("del", "", ...shown(change[OLD][1])),
      element("ins", "", ...shown(newLine(change)[1])), ...(change[OLD][2] ? shown([...newLine(change)[2]].slice(0, 60).join("")) : [])));
  const where = element("div", "where", text(place(change)), " · " + tables.chains[change[CHAIN]] +
    (change[EXACT] ? "" : " · inferred") + (change[SCORE] ? " · " + change[SCORE] + " bits" : ""));
  const made = element("div", "row" + (tick.checked ? "" : " no"), tick, element("div", "", where, what));
  made.querySelector(".where .text").style.whiteSpace = "pre";
  made.id = "row-" + at;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", String(at === here));
  made.setAttribute("aria-setsize", shownChanges.length);
  made.setAttribute("aria-posinset", at + 1);
  made.addEventListener("click", () => go(at));
  return made;
}

function go(at) {
  here = Math.min(Math.max(at, 0), Math.max(0, shownChanges.length - 1));
  const list = $("list");
  const top = here * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  draw();
  detail();
  count();
}

function detail() {
  const box = $("detail");
  const i = shownChanges[here];
  if (i === undefined) {
    box.replaceChildren(element("p", "", changes.length ? "No change is like this." : "There are no changes."));
    return;
  }
  const change = changes[i];
  const side = (line, name) => element("span", "side",
    text(...(line[0] ? shown(line[0]) : []), element(name, "", ...shown(line[1])), ...(line[2] ? shown(line[2]) : [])));
  const facts = element("dl", "");
  const fact = (name, ...value) => facts.append(element("dt", "", name), element("dd", "", ...value));
  fact("where", text(place(change)));
  fact("chain", tables.chains[change[CHAIN]]);
  fact("kind", change[EXACT] ? "exact: nothing was filled in" : "inferred: lost bytes were filled in");
  if (change[SCORE]) fact("evidence", change[SCORE] + " bits");
  fact("decision", accepted[keys[i]] ? "accepted" : "rejected");
  const parts = [
    element("h2", "", "Before"), side(change[OLD], "del"),
    element("h2", "", "After"), side(newLine(change), "ins"),
    element("h2", "", "What happened"), ...steps(tables.derivations[change[STEPS]], change),
    element("h2", "", "About it"), facts,
  ];
  box.replaceChildren(...parts);
}

// Bytes under the characters that they were taken for.
function steps(derivation, change) {
  if (!derivation) {
    return [element("div", "", text(...shown(change[BEFORE])), " → ", text(...shown(change[AFTER])))];
  }
  const grid = element("div", "steps");
  let columns = 1;
  for (const [, , cells] of derivation.rows) for (const [column] of cells) columns = Math.max(columns, column + 1);
  derivation.rows.forEach(([label, bytes, cells], r) => {
    cells.forEach(([column, what], c) => {
      const cell = bytes ? element("span", "hex", what) : text(what);
      cell.style.gridRow = String(r + 1);
      const next = c + 1 < cells.length ? cells[c + 1][0] : columns;
      cell.style.gridColumn = column + 1 + " / " + (next + 1);
      grid.append(cell);
    });
    const name = element("span", "label", (derivation.cut ? "… " : "") + (bytes ? "in " : "") + label);
    name.style.gridRow = String(r + 1);
    name.style.gridColumn = String(columns + 1);
    grid.append(name);
  });
  return [grid];
}

function decide(which, yes) {
  for (const i of which) accepted[keys[i]] = yes ? 1 : 0;
  draw();
  detail();
  count();
}

function download() {
  const lines = [JSON.stringify({ decisions: tables.version })];
  firsts.forEach((i, key) => {
    const change = changes[i];
    lines.push(JSON.stringify({
      document: tables.documents[change[DOCUMENT]], span: change[SPAN], after: change[AFTER], accept: accepted[key] === 1,
      file: tables.files[change[FILE]], line: change[PLACE] ? change[PLACE][0] : undefined, before: change[BEFORE],
    }));
  });
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\n"), "\n"], { type: "application/jsonl" }));
  link.download = "decisions.jsonl";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    if (event.key === "Escape" || (event.key === "Enter" && event.target === $("search"))) $("list").focus();
    return;
  }
  if (event.target.tagName === "BUTTON" || event.target.tagName === "SUMMARY") {
    if (event.key === " " || event.key === "Enter") return;
  }
  const page = Math.max(1, Math.floor($("list").clientHeight / ROW) - 1);
  const current = shownChanges[here];
  const does = {
    j: () => go(here + 1), ArrowDown: () => go(here + 1),
    k: () => go(here - 1), ArrowUp: () => go(here - 1),
    PageDown: () => go(here + page), PageUp: () => go(here - page),
    Home: () => go(0), End: () => go(shownChanges.length - 1),
    " ": () => current !== undefined && decide([current], !accepted[keys[current]]),
    a: () => current !== undefined && decide([current], true),
    r: () => current !== undefined && decide([current], false),
    "/": () => $("search").focus(),
    d: download,
  }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});
for (const id of ["chain", "exact", "file", "ticked"]) $(id).addEventListener("change", filter);
for (const id of ["search", "score"]) $(id).addEventListener("input", filter);
$("accept").addEventListener("click", () => decide(shownChanges, true));
$("reject").addEventListener("click", () => decide(shownChanges, false));
$("download").addEventListener("click", download);
$("list").addEventListener("scroll", draw, { passive: true });
addEventListener("resize", draw);

if (matchMedia("(max-width: 760px)").matches) $("chart-box").open = false;
select("chain", tables.chains, "all chains");
select("file", tables.files, "all files");
summary();
filter();
$("list").focus();
