// The data: blocks of lines, which are read when they are first needed.

const byId = (id) => document.getElementById(id);
const config = JSON.parse(byId('config').textContent);
const size = config.listed;
const sources = document.querySelectorAll('script.lines');
const blocks = [];

const { texts, words, numbers, rich } = config.columns;
const columnAt = Object.fromEntries([...words, ...numbers, ...rich].map((name, n) => [name, n]));

// The parts of a joined text: where each ends, which is before its separator.
function endsOf(text, separator) {
  const ends = [];
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) ends.push(at);
  ends.push(text.length);
  return ends;
}

const wordBreak = '\u001f';

// blockAt reads a block from the page. Its texts stay one long text each, and
// its columns stay packed, until somebody looks at them.
function blockAt(b) {
  if (blocks[b]) return blocks[b];
  const block = JSON.parse(sources[b].textContent);
  sources[b].textContent = '';
  block.from = b * config.block;
  block.lists = [];
  block.found = new Map();
  block.low = block.text.toLowerCase();
  block.lowEnds = endsOf(block.low, '\n');
  block.lowWords = fold(block.words);
  block.lowWordEnds = endsOf(block.lowWords, wordBreak);
  return (blocks[b] = block);
}

// fold makes texts comparable: without case and without accents. The marks of
// masks and arrows are no letters, and cost nothing.
function fold(text) {
  text = text.toLowerCase();
  return /[\u00c0-\u1fff\u2c00-\uffff]/.test(text) ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text;
}

// unpack makes a list of n values. A column is one value for all lines, a list,
// steps {s}, or the filled lines {at, v}.
function unpack(packed, n, empty) {
  if (packed === null || typeof packed !== 'object') return new Array(n).fill(packed ?? empty);
  if (Array.isArray(packed)) return packed;
  if (packed.s) {
    let sum = 0;
    return packed.s.map((step) => (sum += step));
  }
  const list = new Array(n).fill(empty);
  let at = 0;
  packed.at.forEach((step, i) => { list[at += step] = packed.v[i]; });
  return list;
}

// listOf is one column of a block.
function listOf(block, name) {
  const at = columnAt[name];
  return (block.lists[at] ||= unpack(block.columns[at], block.n, at < words.length + numbers.length ? 0 : null));
}

const wordsOf = (block) => (block.wordList ||= block.words.split(wordBreak));

// lineAt is all that is known of a line, by name.
function lineAt(i) {
  const block = blockAt(Math.floor(i / config.block));
  const k = i - block.from;
  const line = {};
  block.textList ||= block.text.split('\n');
  const parts = block.textList[k].split('\t');
  texts.forEach((name, n) => { line[name] = parts[n]; });
  const list = wordsOf(block);
  for (const name of words) line[name] = list[listOf(block, name)[k]];
  for (const name of numbers) line[name] = listOf(block, name)[k];
  const read = (name) => (listOf(block, name)[k] || []);
  line.fields = read('fields').map((field) => {
    const [name, before, after, note = '', diff = '', beforeDigest = '', afterDigest = ''] = field.map((word) => list[word]);
    return { name, before, after, note, diff, beforeDigest, afterDigest };
  });
  line.warnings = read('warnings').map((word) => list[word]);
  line.sources = read('sources').map((word) => list[word]);
  return line;
}

// The words of a line, as the other forms of the report say them.

const first = (a, b, c = '') => a || b || c;
const joined = (separator, ...parts) => parts.filter((part) => part).join(separator);
const numberText = (n) => n.toLocaleString('en-US');
const whoOf = (line) => first(line.name, line.email, line.holder);
const idOf = (line) => first(line.renewed, line.credential);
const whereOf = (line) => joined(' ', line.place, first(line.row, line.credential, line.renewed));

// outcomeOf is the word and the class of colour of a line's outcome. Applied
// or unchanged alone would not say why a line needs a person.
function outcomeOf(line) {
  const { id, label } = config.outcomes[line.outcome];
  if (!line.needs || !calm.includes(id)) return { label, id };
  const late = id === 'unchanged' && line.effective === 'pending';
  return { label: line.verified === 2 ? notAsWritten : late ? notYetEffective : notEffective, id: 'failed' };
}

// calm are the outcomes that need nobody by themselves.
const calm = ['applied', 'unchanged'];

const notAsWritten = 'different when read back';
const notEffective = 'not effective';
const notYetEffective = 'not yet effective';

function changesText(line) {
  return line.fields.map((f) => {
    if (f.diff) return f.name + ': changed';
    return f.name + ': ' + (f.before || '(none)') + ' → ' + (f.after || '(none)') + (f.note && ' (' + f.note + ')');
  }).join('; ');
}

const whyOf = (line) => joined(' · ', line.reason, changesText(line), line.warnings.join('; '));

function situationText(situation, action) {
  const { label } = config.situations[situation];
  return config.actions[action].id === 'none' ? label : label + ', ' + config.actions[action].label;
}

// adviceOf is what a person does about the line.
function adviceOf(line) {
  if (!line.needs) return '';
  const { id, advice } = config.outcomes[line.outcome];
  return first(id === 'blocked' && config.situations[line.situation].advice, advice);
}
