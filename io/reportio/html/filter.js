// Which lines are shown, and in which order.

// wanted is what the user asked for.
const wanted = { words: [], outcomes: new Set(), needs: false, situation: -1, type: '', sort: 'where', down: false };

// view has the numbers of the lines that are shown, in their order.
let view = new Uint32Array(0);

// fold makes texts comparable: without case and without accents. The marks of
// masks and arrows are no letters, and cost nothing.
function fold(text) {
  text = text.toLowerCase();
  return /[\u00c0-\u1fff\u2c00-\uffff]/.test(text) ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text;
}

// hay has the text of each line that the search looks in. It is made in the
// idle time after the first paint, or else by the first search.
const hay = [];

function stack(until) {
  const { name, email, holder, credential, renewed, reason, request, fields, warnings } = cols;
  for (let i = hay.length; i < until; i++) {
    let text = fold(name[i] + '\n' + email[i] + '\n' + holder[i] + '\n' + typeOf(i) + '\n' + credential[i] + '\n' + renewed[i] + '\n' +
      whereOf(i) + '\n' + outcomeOf(i).label + '\n' + situationOf(i) + '\n' + reason[i] + '\n' + request[i]);
    if (fields[i]) text += '\n' + fold(changesText(i));
    if (warnings[i]) text += '\n' + fold(wordsOf(i, 'warnings').join('\n'));
    hay.push(text);
  }
}

function stackIdly() {
  if (hay.length >= size) return;
  stack(Math.min(size, hay.length + 4000));
  setTimeout(stackIdly, 0);
}

// urgencyOf sorts what needs a person before all else, and first of all what was
// applied and is not as written.
function urgencyOf(i) {
  const { id, rank } = config.outcomes[cols.outcome[i]];
  if (!cols.needs[i]) return 100 + rank;
  return id === 'applied' ? 0 : rank;
}

// Orders are all lines sorted by one column, made when they are first wanted.
// A filter then walks an order, and nothing is sorted twice.
const orders = {};
const sorters = {
  where: { label: 'Where', key: null },
  outcome: { label: 'Outcome', key: urgencyOf },
  who: { label: 'Who', key: (i) => sortText(whoOf(i)) },
  what: { label: 'Credential', key: (i) => sortText(typeOf(i) + '\n' + idOf(i)) },
  why: { label: 'What happened', key: (i) => sortText(whyOf(i)) },
};

// sortText sorts numbers within a text by their value, and nothing last.
function sortText(text) {
  return text ? fold(text).replace(/\d+/g, (digits) => digits.padStart(12, '0')) : '\uffff';
}

function orderBy(name) {
  if (orders[name]) return orders[name];
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  const key = sorters[name].key;
  if (key) {
    const keys = Array.from(order, (i) => key(i));
    order.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
  }
  return (orders[name] = order);
}

// choose fills view with the lines that are wanted.
function choose() {
  const { words, outcomes, needs, situation, type } = wanted;
  if (words.length) stack(size);
  const mask = new Array(config.outcomes.length).fill(outcomes.size === 0);
  for (const outcome of outcomes) mask[outcome] = true;
  const order = orderBy(wanted.sort);
  const found = new Uint32Array(size);
  let n = 0;
  for (let k = 0; k < size; k++) {
    const i = order[wanted.down ? size - 1 - k : k];
    if (!mask[cols.outcome[i]] || needs && !cols.needs[i]) continue;
    if (situation >= 0 && cols.situation[i] !== situation || type && typeOf(i) !== type) continue;
    if (words.every((word) => hay[i].includes(word))) found[n++] = i;
  }
  view = found.subarray(0, n);
}

const filtered = () => wanted.words.length > 0 || wanted.outcomes.size > 0 || wanted.needs || wanted.situation >= 0 || wanted.type !== '';
