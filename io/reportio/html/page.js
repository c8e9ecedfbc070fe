// The page: what the controls do, and the start.

// update shows the lines that are wanted now, and then does what is given.
function update(then) {
  for (const head of grid.tHead.rows[0].cells) {
    if (!head.dataset.sort) continue;
    const how = head.dataset.sort !== wanted.sort ? 'none' : wanted.down ? 'descending' : 'ascending';
    head.setAttribute('aria-sort', how);
  }
  byId('sort').value = wanted.sort + (wanted.down ? ' down' : '');
  byId('clear').hidden = !filtered();
  grid.setAttribute('aria-busy', 'true');
  choose(() => {
    active = 0;
    showCount();
    // Other lines are read from their top.
    const above = frame.hidden ? 0 : frame.getBoundingClientRect().top - stuck();
    if (above < 0) scrollBy(0, above);
    redraw();
    grid.removeAttribute('aria-busy');
    then?.();
  });
}

// showCount says how many lines there are, and to screen readers how they were
// sorted by somebody.
function showCount() {
  const lines = size === 1 ? ' line' : ' lines';
  const { sort, down } = wanted;
  byId('count').textContent = view.length === size ? numberText(size) + lines : numberText(view.length) + ' of ' + numberText(size) + lines;
  byId('sorted').textContent = sort === 'outcome' && !down ? '' : ', sorted by ' + sorters[sort].toLowerCase() + (down ? ', last first' : '');
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
  const chips = byId('chips');
  if (config.needs) chips.append(chip('needs a person', config.needs, () => wanted.needs, () => { wanted.needs = !wanted.needs; }));
  const byRank = config.outcomes.map((_, n) => n).sort((a, b) => config.outcomes[a].rank - config.outcomes[b].rank);
  for (const n of byRank) {
    const { id, label, count } = config.outcomes[n];
    if (!count) continue;
    const button = chip(label, count, () => wanted.outcomes.has(n), () => {
      if (!wanted.outcomes.delete(n)) wanted.outcomes.add(n);
    });
    button.prepend(element('span', 'key o-' + id));
    chips.append(button);
  }
}

function option(value, label) {
  const made = element('option', '', label);
  made.value = value;
  return made;
}

// counted is a choice with the number of lines that it leaves.
const counted = (value, label, n) => option(value, label + ' (' + numberText(n) + ')');

function addSelects() {
  const situation = byId('situation');
  situation.append(option('-1', 'Any situation'));
  config.situations.forEach(({ label, count }, n) => {
    if (count) situation.append(counted(n, label, count));
  });
  situation.addEventListener('change', () => { wanted.situation = Number(situation.value); update(); });

  const type = byId('type');
  type.append(option('', 'Any type'));
  const types = Object.entries(config.types);
  for (const [name, count] of types) if (name) type.append(counted(name, name, count));
  type.parentElement.hidden = types.length < 2;
  type.addEventListener('change', () => { wanted.type = type.value; update(); });

  const sort = byId('sort');
  for (const [name, label] of Object.entries(sorters)) sort.append(option(name, 'Sort by: ' + label), option(name + ' down', 'Sort by: ' + label + ', last first'));
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
      const i = config.first[link.dataset.line];
      if (!(i >= 0)) return;
      event.preventDefault();
      reset();
      const { needs, outcome } = lineAt(i);
      if (needs) wanted.needs = true;
      else wanted.outcomes.add(outcome);
      showChips();
      update(() => openDetails(view.indexOf(i)));
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
}

function start() {
  byId('loading').hidden = true;
  if (!size) return;
  tool.hidden = false;
  addChips();
  addSelects();
  addLinks();
  listen();
  update(() => { document.documentElement.dataset.ready = String(size); });
  setTimeout(readIdly, 50);
}

start();
