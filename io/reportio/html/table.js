// The table: only the rows near the window exist, and room is kept for the rest.

const grid = byId('grid');
const frame = byId('frame');
const body = byId('rows');
const tool = byId('tool');

// shown are the rows that exist, by their place in view; spare ones wait for
// their next use. active is the place that the keyboard is at.
const shown = new Map();
const spare = [];
let active = 0;
let rowHeight = 56;

function makeRow() {
  const row = byId('row').content.firstElementChild.cloneNode(true);
  const [where, outcome, who, what, why, open] = row.children;
  row.parts = {
    where: where.firstElementChild, badge: outcome.children[0], situation: outcome.children[1], who: who.children[0], whoMore: who.children[1],
    what: what.children[0], whatMore: what.children[1], why: why.firstElementChild, open: open.firstElementChild,
  };
  return row;
}

function fillRow(row, at) {
  const line = lineAt(view[at]);
  const parts = row.parts;
  const outcome = outcomeOf(line);
  const who = whoOf(line);
  row.place = at;
  row.setAttribute('aria-rowindex', at + 2);
  row.tabIndex = at === active ? 0 : -1;
  row.classList.toggle('odd', at % 2 === 1);
  parts.where.textContent = whereOf(line);
  parts.badge.textContent = outcome.label;
  parts.badge.className = 'badge b-' + outcome.id;
  const situation = situationText(line.situation, line.action);
  parts.situation.textContent = situation === outcome.label ? '' : situation;
  parts.who.textContent = who;
  parts.whoMore.textContent = who === line.email ? line.holder : first(line.email, who === line.holder ? '' : line.holder);
  parts.what.textContent = line.label || idOf(line);
  parts.whatMore.textContent = line.label ? idOf(line) : '';
  parts.why.textContent = whyOf(line);
  parts.open.setAttribute('aria-label', 'Details of ' + joined(', ', whereOf(line), who));
}

function dropRow(at) {
  const row = shown.get(at);
  // The keyboard stays in the table when its row is scrolled away.
  if (row === document.activeElement) grid.focus({ preventScroll: true });
  row.remove();
  shown.delete(at);
  if (spare.length < 100) spare.push(row);
}

// draw makes the rows near the window exist.
function draw() {
  if (printing || frame.hidden) return;
  const above = stuck() - frame.getBoundingClientRect().top;
  const from = Math.max(0, Math.min(view.length, Math.floor(above / rowHeight) - 8));
  const to = Math.min(view.length, from + Math.ceil(innerHeight / rowHeight) + 16);
  for (const at of [...shown.keys()]) if (at < from || at >= to) dropRow(at);
  let next = null;
  for (let at = to - 1; at >= from; at--) {
    let row = shown.get(at);
    if (!row) {
      row = spare.pop() || makeRow();
      fillRow(row, at);
      body.insertBefore(row, next);
      shown.set(at, row);
    }
    next = row;
  }
  frame.style.paddingTop = from * rowHeight + 'px';
  frame.style.paddingBottom = (view.length - to) * rowHeight + 'px';
}

// stuck is the height of what stays on top while the lines scroll.
function stuck() {
  return getComputedStyle(tool).position === 'sticky' ? tool.offsetHeight : 0;
}

// redraw draws all rows anew: the lines, their order or the window changed.
function redraw() {
  for (const at of [...shown.keys()]) dropRow(at);
  active = Math.max(0, Math.min(active, view.length - 1));
  frame.hidden = view.length === 0;
  byId('nothing').hidden = view.length > 0;
  grid.setAttribute('aria-rowcount', view.length + 1);
  grid.style.setProperty('--stuck', stuck() + 'px');
  draw();
  const row = body.firstElementChild;
  const height = row ? row.getBoundingClientRect().height : 0;
  if (height > 0 && height !== rowHeight) {
    rowHeight = height;
    draw();
  }
}

// moveTo puts the keyboard on a row and scrolls it into sight.
function moveTo(at, focus = true) {
  if (!view.length) return;
  const old = shown.get(active);
  if (old) old.tabIndex = -1;
  active = Math.max(0, Math.min(at, view.length - 1));
  const head = grid.tHead.offsetHeight;
  const top = frame.getBoundingClientRect().top + active * rowHeight;
  const least = stuck();
  if (top < least) scrollBy(0, top - least);
  else if (top + head + rowHeight > innerHeight) scrollBy(0, top + head + rowHeight - innerHeight);
  draw();
  const row = shown.get(active);
  if (!row) return;
  row.tabIndex = 0;
  if (focus) row.focus({ preventScroll: true });
}

const page = () => Math.max(1, Math.floor((innerHeight - stuck()) / rowHeight) - 2);

const steps = { ArrowDown: () => 1, ArrowUp: () => -1, PageDown: page, PageUp: () => -page(), Home: () => -view.length, End: () => view.length };

grid.tabIndex = -1;
grid.addEventListener('keydown', (event) => {
  if (event.target.closest('thead') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (steps[event.key]) moveTo(active + steps[event.key]());
  else if (event.key === 'Enter' || event.key === ' ') openDetails(active);
  else return;
  event.preventDefault();
});

body.addEventListener('click', (event) => {
  const row = event.target.closest('tr');
  if (!row || String(getSelection())) return;
  moveTo(row.place, false);
  openDetails(row.place);
});
