// The page: what the controls do, and the start.

// update shows the lines that are wanted now.
function update() {
  const begun = performance.now();
  choose();
  active = 0;
  const sorted = wanted.sort;
  for (const head of grid.tHead.rows[0].cells) {
    if (!head.dataset.sort) continue;
    const how = head.dataset.sort !== sorted ? 'none' : wanted.down ? 'descending' : 'ascending';
    head.setAttribute('aria-sort', how);
  }
  byId('sort').value = sorted + (wanted.down ? ' down' : '');
  byId('count').textContent = view.length === size
    ? numberText(size) + (size === 1 ? ' line' : ' lines')
    : numberText(view.length) + ' of ' + numberText(size) + ' lines';
  byId('clear').hidden = !filtered();
  // Other lines are read from their top.
  const above = frame.hidden ? 0 : frame.getBoundingClientRect().top - stuck();
  if (above < 0) scrollBy(0, above);
  redraw();
  document.documentElement.dataset.took = (performance.now() - begun).toFixed(1);
}

function chip(label, n, pressed, press) {
  const button = element('button', 'chip', label + ' ', element('span', 'n', numberText(n)));
  button.type = 'button';
  const show = () => button.setAttribute('aria-pressed', String(pressed()));
  show();
  button.addEventListener('click', () => { press(); update(); showChips(); });
  button.show = show;
  return button;
}

const showChips = () => { for (const button of byId('chips').children) button.show(); };

function addChips() {
  const counts = new Array(config.outcomes.length).fill(0);
  let needs = 0;
  for (let i = 0; i < size; i++) {
    counts[cols.outcome[i]]++;
    needs += cols.needs[i];
  }
  const chips = byId('chips');
  if (needs) chips.append(chip('needs a person', needs, () => wanted.needs, () => { wanted.needs = !wanted.needs; }));
  const byRank = config.outcomes.map((_, n) => n).sort((a, b) => config.outcomes[a].rank - config.outcomes[b].rank);
  for (const n of byRank) {
    if (!counts[n]) continue;
    const button = chip(config.outcomes[n].label, counts[n], () => wanted.outcomes.has(n), () => {
      if (!wanted.outcomes.delete(n)) wanted.outcomes.add(n);
    });
    button.prepend(element('span', 'key o-' + config.outcomes[n].id));
    chips.append(button);
  }
}

function option(value, label) {
  const made = element('option', '', label);
  made.value = value;
  return made;
}

function countBy(list) {
  const counts = new Map();
  for (const key of list) counts.set(key, (counts.get(key) || 0) + 1);
  return counts;
}

function addSelects() {
  const situation = byId('situation');
  situation.append(option('-1', 'Any situation'));
  const situations = countBy(cols.situation);
  config.situations.forEach((word, n) => {
    if (situations.has(n)) situation.append(option(n, word.label + ' (' + numberText(situations.get(n)) + ')'));
  });
  situation.addEventListener('change', () => { wanted.situation = Number(situation.value); update(); });

  const type = byId('type');
  type.append(option('', 'Any type'));
  const types = countBy(cols.type.map((_, i) => typeOf(i)));
  for (const name of [...types.keys()].sort()) {
    if (name) type.append(option(name, name + ' (' + numberText(types.get(name)) + ')'));
  }
  // A select of very many types (each a record of its own) helps nobody.
  type.parentElement.hidden = types.size < 2 || types.size > 200;
  type.addEventListener('change', () => { wanted.type = type.value; update(); });

  const sort = byId('sort');
  for (const [name, { label }] of Object.entries(sorters)) sort.append(option(name, 'Sort by: ' + label), option(name + ' down', 'Sort by: ' + label + ', last first'));
  sort.addEventListener('change', () => {
    [wanted.sort] = sort.value.split(' ');
    wanted.down = sort.value.endsWith(' down');
    update();
  });
}

// reset drops the search and the filters.
function reset() {
  Object.assign(wanted, { words: [], outcomes: new Set(), needs: false, situation: -1, type: '' });
  byId('search').value = '';
  byId('situation').value = '-1';
  byId('type').value = '';
  showChips();
}

// showOnly is what the links above the table do.
function showOnly(change) {
  reset();
  Object.assign(wanted, change);
  showChips();
  update();
  byId('lines').scrollIntoView();
  byId('search').focus({ preventScroll: true });
}

function addLinks() {
  for (const link of document.querySelectorAll('a[data-outcome]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      showOnly({ outcomes: new Set([config.outcomes.findIndex((word) => word.id === link.dataset.outcome)]) });
    });
  }
  for (const link of document.querySelectorAll('a[data-needs]')) {
    link.addEventListener('click', (event) => { event.preventDefault(); showOnly({ needs: true }); });
  }
  for (const link of document.querySelectorAll('a[data-line]')) {
    link.addEventListener('click', (event) => {
      const at = cols.line.indexOf(Number(link.dataset.line));
      if (at < 0) return;
      event.preventDefault();
      reset();
      wanted.needs = true;
      showChips();
      update();
      openDetails(view.indexOf(at));
    });
  }
}

function listen() {
  const search = byId('search');
  search.addEventListener('input', () => {
    wanted.words = fold(search.value).split(/\s+/).filter((word) => word);
    update();
  });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && view.length) {
      event.preventDefault();
      moveTo(0);
    } else if (event.key === 'Escape' && search.value) {
      event.preventDefault();
      search.value = '';
      search.dispatchEvent(new Event('input'));
    }
  });
  byId('clear').addEventListener('click', () => { reset(); update(); search.focus({ preventScroll: true }); });
  for (const head of grid.tHead.rows[0].cells) {
    const name = head.dataset.sort;
    if (!name) continue;
    head.firstElementChild.addEventListener('click', () => {
      wanted.down = wanted.sort === name && !wanted.down;
      wanted.sort = name;
      update();
    });
  }
  addEventListener('scroll', draw, { passive: true });
  addEventListener('resize', redraw);
  addEventListener('beforeprint', beforePrint);
  addEventListener('afterprint', afterPrint);
}

function start() {
  readBlocks();
  byId('loading').hidden = true;
  if (!size) return;
  tool.hidden = false;
  addChips();
  addSelects();
  addLinks();
  listen();
  update();
  setTimeout(stackIdly, 50);
  document.documentElement.dataset.ready = String(size);
}

byId('loading').hidden = false;
// The page is painted before the lines are read.
setTimeout(start, 20);
