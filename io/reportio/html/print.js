// On paper the rows stand one after the other, as many as somebody reads.

const printMax = 500;

// left are the outcomes of lines that stay as they are: nobody reads them on
// paper unless they asked for them, or somebody must look at them.
const left = ['unchanged', 'unlisted'];

let printing = false;

function printedWords(all, n, above) {
  const paper = 'Choose lines by the search and the filters to print them, or print the workbook.';
  if (above) return 'All that changed or needs a person stands above. ' + paper;
  const printed = 'Lines printed: ' + numberText(n) + ' of ' + numberText(view.length);
  if (!all) return printed + ' that fit the search and the filters.';
  if (view.length === 0) return 'No line changed or needs a person, so none is printed. ' + paper;
  if (view.length < size) return printed + ' that changed or need a person. ' + paper;
  return n < size ? printed + '. ' + paper : '';
}

function beforePrint() {
  if (printing || !size) return;
  printing = true;
  const all = !filtered();
  if (all) config.outcomes.forEach(({ id }, n) => { if (!left.includes(id)) wanted.outcomes.add(n); });
  wanted.orNeeds = all;
  choose(() => {}, true);
  wanted.orNeeds = false;
  if (all) wanted.outcomes.clear();
  for (const at of [...shown.keys()]) dropRow(at);
  const above = all && config.above && view.length > 0;
  const n = above ? 0 : Math.min(view.length, printMax);
  for (let at = 0; at < n; at++) {
    const row = makeRow();
    fillRow(row, at);
    body.append(row);
  }
  frame.hidden = n === 0;
  byId('nothing').hidden = true;
  frame.style.paddingTop = frame.style.paddingBottom = '0';
  const note = byId('printed');
  note.textContent = printedWords(all, n, above);
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
