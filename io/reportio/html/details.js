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

function momentOf(ms) {
  return ms ? new Date(ms).toISOString().replace('T', ' ').replace(/\.?0*Z$/, '') + ' UTC' : '';
}

function factsOf(i) {
  const verified = ['', 'read again, as written', 'read again, not as written'][cols.verified[i]];
  const situation = config.situations[cols.situation[i]];
  const outcome = config.outcomes[cols.outcome[i]];
  const took = cols.finished[i] && cols.started[i] ? cols.finished[i] - cols.started[i] + ' ms' : '';
  return [
    ['Outcome', joined(': ', outcome.label, outcome.meaning)],
    ['Situation', joined(': ', situation.label, situation.meaning)],
    ['Action', config.actions[cols.action[i]].label],
    ['Checked again', verified],
    ['Effective', cols.effective[i]],
    ['Credential', cols.credential[i]],
    ['New credential', cols.renewed[i]],
    ['Type', joined(', ', cols.typeName[i], cols.type[i] === cols.typeName[i] ? '' : cols.type[i])],
    ['Holder', cols.name[i]],
    ['E-mail', cols.email[i]],
    ['Holder id', cols.holder[i]],
    ['Where', joined(', ', cols.file[i], whereOf(i).replace(cols.file[i] + ', ', ''))],
    ['Also in', wordsOf(i, 'sources').join('; ')],
    ['Chain', cols.chain[i] ? String(cols.chain[i] - 1) : ''],
    ['HTTP status', cols.status[i] ? String(cols.status[i]) : ''],
    ['Attempts', cols.attempts[i] ? String(cols.attempts[i]) : ''],
    ['Request id', cols.request[i]],
    ['Started', joined(', took ', momentOf(cols.started[i]), took)],
    ['Line of the plan', String(cols.line[i])],
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
    rows.append(element('tr', '', name, element('td', 'value', before), element('td', 'value', after)));
    if (f.diff) {
      const cell = element('td', '', diffBlock(f.diff));
      cell.colSpan = 3;
      rows.append(element('tr', '', cell));
    }
  }
  return element('table', 'changes', element('thead', '', head), rows);
}

function fillDetails(at) {
  opened = at;
  const i = view[at];
  const outcome = outcomeOf(i);
  const changes = changesOf(i);
  const warnings = wordsOf(i, 'warnings');
  byId('details-place').textContent = 'Line ' + numberText(at + 1) + ' of ' + numberText(view.length) + ' · ' + whereOf(i);
  byId('details-title').textContent = first(whoOf(i), joined(' ', typeOf(i), idOf(i)), whereOf(i));
  byId('previous').disabled = at === 0;
  byId('next').disabled = at === view.length - 1;
  const text = byId('details-text');
  text.replaceChildren(element('p', '', element('span', 'badge b-' + outcome.id, outcome.label), ' ', element('span', 'sub', joined(' ', typeOf(i), idOf(i)))));
  if (cols.reason[i]) text.append(element('p', 'reason', cols.reason[i]));
  if (changes.length) text.append(element('h3', '', 'Changes'), changesTable(changes));
  if (warnings.length) text.append(element('h3', '', 'Warnings'), element('ul', '', ...warnings.map((word) => element('li', '', word))));
  const facts = element('dl', 'facts all');
  for (const [name, value] of factsOf(i)) facts.append(element('div', '', element('dt', '', name), element('dd', '', value)));
  text.append(element('h3', '', 'All that is known'), facts);
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
  if (event.key === 'ArrowLeft') turn(-1);
  else if (event.key === 'ArrowRight') turn(1);
});
details.addEventListener('close', () => moveTo(opened));
