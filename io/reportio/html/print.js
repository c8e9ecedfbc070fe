// On paper the rows stand one after the other, as many as somebody reads.

const printMax = 500;
let printing = false;

// Nobody reads unchanged lines on paper unless they asked for them.
function printedWords(all, n) {
  const paper = 'Choose lines by the search and the filters to print them, or print the workbook.';
  const some = (words) => (n < view.length ? 'the first ' + numberText(n) + ' of ' : 'the ') + numberText(view.length) + (view.length === 1 ? ' line' : ' lines') + words;
  if (!all) return 'Printed are ' + some(' that fit the search and the filters.') + (n < view.length ? ' ' + paper : '');
  if (view.length === 0) return 'All lines are unchanged; none is printed. ' + paper;
  if (view.length < size) return 'Printed are ' + some(' that are not unchanged.') + ' ' + paper;
  return n < view.length ? 'Printed are ' + some('.') + ' ' + paper : '';
}

function beforePrint() {
  if (printing || !size) return;
  printing = true;
  const all = !filtered();
  if (all) config.outcomes.forEach(({ id }, n) => { if (id !== 'unchanged') wanted.outcomes.add(n); });
  choose(() => {}, true);
  if (all) wanted.outcomes.clear();
  for (const at of [...shown.keys()]) dropRow(at);
  const n = Math.min(view.length, printMax);
  for (let at = 0; at < n; at++) {
    const row = makeRow();
    fillRow(row, at);
    body.append(row);
  }
  frame.hidden = n === 0;
  byId('nothing').hidden = true;
  frame.style.paddingTop = frame.style.paddingBottom = '0';
  const note = byId('printed');
  note.textContent = printedWords(all, n);
  note.hidden = !note.textContent;
}

function afterPrint() {
  if (!printing) return;
  printing = false;
  byId('printed').hidden = true;
  body.replaceChildren();
  shown.clear();
  choose(redraw, true);
}

addEventListener('beforeprint', beforePrint);
addEventListener('afterprint', afterPrint);
