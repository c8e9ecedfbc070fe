// Which lines are shown, and in which order.

// wanted is what the user asked for; orNeeds lets lines that need a person pass
// whatever their outcome.
const wanted = { words: [], outcomes: new Set(), orNeeds: false, needs: false, situation: -1, type: '', sort: 'outcome', down: false };

const filtered = () => wanted.words.length > 0 || wanted.outcomes.size > 0 || wanted.needs || wanted.situation >= 0 || wanted.type !== '';

// view has the numbers of the lines that are shown, in their order.
let view = new Uint32Array(0);

// mark sets found for each part of a joined text that has the word in it.
function mark(found, text, ends, word) {
  let k = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, ends[k])) {
    while (ends[k] <= at) k++;
    found[k] = 1;
  }
}

// labelsWith tells which outcomes and situations have a word in their labels.
function labelsWith(word) {
  const has = (text) => fold(text).includes(word);
  return {
    outcomes: config.outcomes.map(({ label }) => has(label)),
    situations: config.situations.map((_, s) => config.actions.map((_, a) => has(situationText(s, a)))),
    refuted: has(notAsWritten),
    ineffective: has(notEffective),
    late: has(notYetEffective),
  };
}

// linesWith has a 1 for each line of the block that has the word anywhere.
function linesWith(block, word, labels) {
  if (block.found.has(word)) return block.found.get(word);
  const found = new Uint8Array(block.n);
  block.found.set(word, found);
  mark(found, block.low, block.lowEnds, word);
  if (block.lowWords.includes(word)) {
    const hit = new Uint8Array(block.lowWordEnds.length);
    mark(hit, block.lowWords, block.lowWordEnds, word);
    for (const name of ['place', 'label', 'reason']) {
      const list = listOf(block, name);
      for (let k = 0; k < block.n; k++) if (hit[list[k]]) found[k] = 1;
    }
    markRich(found, block.columns[columnAt.fields], (fields) => fields.some(([name, before, after, note]) => hit[name] || hit[before] || hit[after] || hit[note]));
    markRich(found, block.columns[columnAt.warnings], (warnings) => warnings.some((warning) => hit[warning]));
  }
  if (labels.any) markLabels(found, block, labels);
  return found;
}

function markRich(found, packed, test) {
  let at = 0;
  packed?.at.forEach((step, i) => {
    at += step;
    if (!found[at] && test(packed.v[i])) found[at] = 1;
  });
}

function markLabels(found, block, labels) {
  const [outcomes, needs, verified, effects, situations, actions] = ['outcome', 'needs', 'verified', 'effective', 'situation', 'action'].map((name) => listOf(block, name));
  const pending = wordsOf(block).indexOf('pending');
  const labelOf = (k) => {
    const { id } = config.outcomes[outcomes[k]];
    if (!needs[k] || !calm.includes(id)) return labels.outcomes[outcomes[k]];
    if (verified[k] === 2) return labels.refuted;
    return id === 'unchanged' && effects[k] === pending ? labels.late : labels.ineffective;
  };
  for (let k = 0; k < block.n; k++) {
    if (labelOf(k) || labels.situations[situations[k]][actions[k]]) found[k] = 1;
  }
}

// sift sets pass for the lines of a block that are wanted.
function sift(block, pass, asked) {
  const to = block.from + block.n;
  pass.fill(1, block.from, to);
  const drop = (name, keep) => {
    const list = listOf(block, name);
    for (let k = 0; k < block.n; k++) if (!keep(list[k], k)) pass[block.from + k] = 0;
  };
  const { outcomes, orNeeds, needs, situation, type } = wanted;
  const spared = orNeeds ? listOf(block, 'needs') : [];
  if (outcomes.size) drop('outcome', (outcome, k) => outcomes.has(outcome) || spared[k]);
  if (needs) drop('needs', (need) => need);
  if (situation >= 0) drop('situation', (s) => s === situation);
  if (type) {
    const at = wordsOf(block).indexOf(type);
    drop('label', (label) => label === at);
  }
  for (const { word, labels } of asked) {
    const found = linesWith(block, word, labels);
    for (let k = 0; k < block.n; k++) if (!found[k]) pass[block.from + k] = 0;
  }
  // What was found for words that nobody asks for any more is let go.
  for (const word of block.found.keys()) if (!wanted.words.includes(word)) block.found.delete(word);
}

const sorters = { where: 'Where', outcome: 'Outcome', who: 'Who', what: 'Credential', why: 'What happened' };

// Orders are all lines sorted by one column: those that have something in it,
// and behind them the rest as they stand. What has nothing in a column comes
// last either way; only the outcomes have no such rest.
const orders = {};

function orderBy(name) {
  if (orders[name]) return orders[name];
  const order = new Uint32Array(size);
  const list = name === 'where' ? [] : JSON.parse(byId('by-' + name).textContent);
  const placed = new Uint8Array(size);
  let n = 0;
  for (const i of list) {
    order[n++] = i;
    placed[i] = 1;
  }
  for (let i = 0; i < size; i++) if (!placed[i]) order[n++] = i;
  const turned = name === 'where' || name === 'outcome' ? size : list.length;
  return (orders[name] = { order, turned });
}

// collect makes the view of the lines that pass; null lets all pass.
function collect(pass) {
  const { order, turned } = orderBy(wanted.sort);
  const found = new Uint32Array(size);
  let n = 0;
  for (let k = 0; k < size; k++) {
    const i = order[wanted.down && k < turned ? turned - 1 - k : k];
    if (!pass || pass[i]) found[n++] = i;
  }
  view = found.subarray(0, n);
}

// A choice goes through the blocks in slices, so that typing and scrolling go
// on meanwhile; a later choice takes the place of an earlier one.
const slice = 40;
let choice = 0;

function choose(done, atOnce = false) {
  const mine = ++choice;
  const pass = filtered() ? new Uint8Array(size) : null;
  const asked = wanted.words.map((word) => {
    const labels = labelsWith(word);
    labels.any = [labels.refuted, labels.ineffective, labels.late, labels.outcomes, labels.situations].flat(2).includes(true);
    return { word, labels };
  });
  let b = pass ? 0 : sources.length;
  const go = () => {
    if (mine !== choice) return;
    const until = performance.now() + slice;
    while (b < sources.length) {
      sift(blockAt(b++), pass, asked);
      if (!atOnce && b < sources.length && performance.now() > until) {
        setTimeout(go, 0);
        return;
      }
    }
    collect(pass);
    done();
  };
  go();
}

// readIdly reads one block after the other while nobody wants anything.
function readIdly(b = 0) {
  while (blocks[b]) b++;
  if (b >= sources.length) {
    document.documentElement.dataset.read = String(size);
    return;
  }
  for (const name of ['place', 'label', 'reason', 'outcome', 'needs', 'verified', 'effective', 'situation', 'action']) listOf(blockAt(b), name);
  setTimeout(readIdly, 0, b + 1);
}
