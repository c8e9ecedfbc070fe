// The details of one line, in a dialog.

const details = byId('details');
let opened = -1;

// element makes an element; texts are set as text and never as markup.
function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// clockOf is an instant on the clock of the account, with the name of its zone. A browser that
// does not know the zone says it in UTC.
const clockOf = (() => {
  const style = { dateStyle: 'short', timeStyle: 'medium' };
  try {
    const clock = new Intl.DateTimeFormat('sv-SE', { ...style, timeZone: config.zone });
    return (at) => clock.format(at) + ' ' + config.zone;
  } catch {
    return (at) => at.toISOString().slice(0, 19).replace('T', ' ') + ' UTC';
  }
})();

function momentOf(ms) {
  return ms ? clockOf(new Date(ms)) : '';
}

const matesMax = 8;

// mates are the places of the other lines of a chain, whose changes had to be
// made in order.
function mates(i, chain) {
  const places = [];
  if (!chain) return places;
  for (let b = 0; b < sources.length; b++) {
    const block = blockAt(b);
    const list = listOf(block, 'chain');
    for (let k = 0; k < block.n; k++) {
      if (list[k] !== chain || block.from + k === i) continue;
      if (places.length === matesMax) return [...places, '…'];
      places.push(whereOf(lineAt(block.from + k)));
    }
  }
  return places;
}

function factsOf(line) {
  const situation = config.situations[line.situation];
  const outcome = config.outcomes[line.outcome];
  const took = line.finished && line.started ? line.finished - line.started + ' ms' : '';
  const place = whereOf(line);
  return [
    ['Outcome', joined(': ', outcome.label, outcome.meaning)],
    ['Situation', joined(': ', situation.label, situation.meaning)],
    ['Action', config.actions[line.action].label],
    ['Read back', ['', 'as written', 'different'][line.verified]],
    ['Reached the doors', line.effective],
    ['Credential', line.credential],
    ['New credential', line.renewed],
    ['Type', joined(', ', line.label, line.type === line.label ? '' : line.type)],
    ['Holder', line.name],
    ['E-mail', line.email],
    ['Holder id', line.holder],
    ['Where', place.startsWith(line.file) ? place : line.file + ', ' + place],
    ['Also in', line.sources.join('; ')],
    ['In order with', mates(view[opened], line.chain).join('; ')],
    ['HTTP status', line.status ? String(line.status) : ''],
    ['Attempts', line.attempts ? String(line.attempts) : ''],
    ['Request id', line.request],
    ['Started', joined(', took ', momentOf(line.started), took)],
    ['Line of the plan', String(line.line)],
  ].filter(([, text]) => text);
}

function diffBlock(text) {
  const pre = element('pre', 'diff');
  pre.tabIndex = 0;
  pre.setAttribute('role', 'group');
  pre.setAttribute('aria-label', 'Difference by lines');
  for (const line of text.split('\n')) {
    const kind = line[0] === '+' ? 'ins' : line[0] === '-' ? 'del' : 'span';
    pre.append(element(kind, '', line + '\n'));
  }
  return pre;
}

function changesTable(changes) {
  const head = element('tr', '');
  for (const name of ['Column', 'Before', 'After']) {
    const cell = element('th', '', name);
    cell.scope = 'col';
    head.append(cell);
  }
  const rows = element('tbody', '');
  for (const f of changes) {
    const name = element('th', '', f.name);
    name.scope = 'row';
    const before = f.before || f.beforeDigest || '(none)';
    const after = f.after || f.afterDigest || '(none)';
    const now = element('td', '', element('span', 'value', after));
    if (f.note) now.append(' ', element('span', 'sub', '(' + f.note + ')'));
    rows.append(element('tr', '', name, element('td', '', element('span', 'value', before)), now));
    if (f.diff) {
      const cell = element('td', '', diffBlock(f.diff));
      cell.colSpan = 3;
      rows.append(element('tr', 'wide', cell));
    }
  }
  const table = element('table', 'changes', element('thead', '', head), rows);
  table.setAttribute('aria-label', 'Changes');
  return table;
}

function listBlock(title, list) {
  return [element('h3', '', title), element('ul', '', ...list.map((text) => element('li', '', text)))];
}

function fillDetails(at) {
  opened = at;
  const line = lineAt(view[at]);
  const outcome = outcomeOf(line);
  const advice = adviceOf(line);
  const what = joined(' ', line.label, idOf(line));
  byId('details-place').textContent = 'Line ' + numberText(at + 1) + ' of ' + numberText(view.length) + ' · ' + whereOf(line);
  byId('details-title').textContent = first(whoOf(line), what, whereOf(line));
  byId('previous').disabled = at === 0;
  byId('next').disabled = at === view.length - 1;
  const text = byId('details-text');
  text.replaceChildren(element('p', '', element('span', 'badge b-' + outcome.id, outcome.label), ' ', element('span', 'sub', what)));
  if (line.reason) text.append(element('p', 'reason', line.reason));
  if (advice) text.append(element('p', 'advice', element('b', '', 'What to do: '), advice));
  if (line.fields.length) text.append(element('h3', '', 'Changes'), changesTable(line.fields));
  if (line.warnings.length) text.append(...listBlock('Warnings', line.warnings));
  const facts = element('dl', 'facts all');
  for (const [name, value] of factsOf(line)) facts.append(element('div', '', element('dt', '', name), element('dd', '', value)));
  text.append(element('h3', '', 'All details'), facts);
  byId('details-body').scrollTop = 0;
}

function openDetails(at) {
  if (!(at >= 0 && at < view.length)) return;
  fillDetails(at);
  if (!details.open) details.showModal();
  byId('details-body').focus();
}

function turn(by) {
  const at = opened + by;
  if (at < 0 || at >= view.length) return;
  moveTo(at, false);
  fillDetails(at);
}

byId('close').addEventListener('click', () => details.close());
byId('previous').addEventListener('click', () => turn(-1));
byId('next').addEventListener('click', () => turn(1));
details.addEventListener('click', (event) => { if (event.target === details) details.close(); });
details.addEventListener('keydown', (event) => {
  if (event.target.closest('.diff')) return;
  if (event.key === 'ArrowLeft') turn(-1);
  else if (event.key === 'ArrowRight') turn(1);
});
details.addEventListener('close', () => moveTo(opened));
