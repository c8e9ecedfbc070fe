// The data: blocks of lines, packed by column, become one list per column.

const byId = (id) => document.getElementById(id);
const config = JSON.parse(byId('config').textContent);

// unpack reads one column of a block of n lines. A column is one value for all
// lines, a list, a dictionary {d, i}, steps {s}, or the filled lines {at, v}.
function unpack(packed, n, empty) {
  if (packed === null) return new Array(n).fill(empty);
  if (typeof packed !== 'object') return new Array(n).fill(packed);
  if (Array.isArray(packed)) return packed;
  if (packed.d) return unpack(packed.i, n, 0).map((i) => packed.d[i]);
  if (packed.s) {
    let sum = 0;
    return packed.s.map((step) => (sum += step));
  }
  const list = new Array(n).fill(empty);
  let at = 0;
  packed.at.forEach((step, i) => { list[at += step] = packed.v[i]; });
  return list;
}

// cols has a list for each column, and size is the number of lines.
const cols = {};
let size = 0;

function readBlocks() {
  const { texts, numbers, rich } = config.columns;
  const names = [...texts, ...numbers, ...rich];
  for (const name of names) cols[name] = [];
  for (const script of document.querySelectorAll('script.lines')) {
    const block = JSON.parse(script.textContent);
    script.remove();
    names.forEach((name, i) => {
      const empty = i < texts.length ? '' : i < texts.length + numbers.length ? 0 : null;
      const list = unpack(block.cols[i], block.n, empty);
      const into = cols[name];
      if (empty === null) {
        for (const value of list) into.push(value && { words: block.words, value });
      } else {
        for (const value of list) into.push(value);
      }
    });
    size += block.n;
  }
}

// The words of a line, as the other forms of the report say them.

const first = (a, b, c = '') => a || b || c;
const joined = (separator, ...texts) => texts.filter((text) => text).join(separator);
const whoOf = (i) => first(cols.name[i], cols.email[i], cols.holder[i]);
const typeOf = (i) => first(cols.typeName[i], cols.type[i]);
const idOf = (i) => first(cols.renewed[i], cols.credential[i]);
const numberText = (n) => n.toLocaleString('en-US');

function whereOf(i) {
  const row = cols.row[i];
  if (!row) return 'no row';
  if (!cols.sheet[i]) return cols.file[i] + ', line ' + row;
  return (config.several ? cols.file[i] + ', ' : '') + cols.sheet[i] + ', row ' + row;
}

// outcomeOf is the word and the class of colour of a line's outcome. Applied
// alone would not say why a line needs a person.
function outcomeOf(i) {
  const outcome = config.outcomes[cols.outcome[i]];
  if (outcome.id !== 'applied' || !cols.needs[i]) return { label: outcome.label, id: outcome.id };
  return { label: cols.verified[i] === 2 ? 'not as written' : 'not effective', id: 'failed' };
}

function wordsOf(i, column) {
  const cell = cols[column][i];
  return cell ? cell.value.map((word) => cell.words[word]) : [];
}

// changesOf lists a line's fields; before and after are masks for secrets.
function changesOf(i) {
  const cell = cols.fields[i];
  if (!cell) return [];
  return cell.value.map((list) => {
    const [name, kind, before, after, diff = '', beforeDigest = '', afterDigest = ''] = list.map((word) => cell.words[word]);
    return { name, kind, before, after, diff, beforeDigest, afterDigest };
  });
}

function changesText(i) {
  return changesOf(i).map((f) => {
    if (f.diff) return f.name + ': changed';
    return f.name + ': ' + (f.before || '(none)') + ' → ' + (f.after || '(none)');
  }).join('; ');
}

function whyOf(i) {
  return joined(' · ', cols.reason[i], changesText(i), wordsOf(i, 'warnings').join('; '));
}

function situationOf(i) {
  const action = config.actions[cols.action[i]];
  const situation = config.situations[cols.situation[i]].label;
  return action.id === 'none' ? situation : situation + ', ' + action.label;
}
