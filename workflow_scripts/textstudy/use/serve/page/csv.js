// CSV as spreadsheets write and read it.

const FORMULA = /^[=+\-@\t\r']/; // a cell that begins so may be run as a formula; the apostrophe marks it as text

// Returns the rows of cells of a CSV text; the separator is the most frequent one of its first line.
export function parse(text) {
  const line = text.slice(0, text.search(/[\r\n]|$/));
  const separator = [",", ";", "\t"].reduce((best, mark) => (line.split(mark).length > line.split(best).length ? mark : best));
  const rows = [];
  let row = [];
  let place = 0;
  while (place < text.length) {
    let cell;
    if (text[place] === '"') {
      let end = place + 1;
      while ((end = text.indexOf('"', end)) !== -1 && text[end + 1] === '"') end += 2;
      if (end === -1) throw new Error(`The quotation mark that opens in row ${rows.length + 1} is never closed.`);
      cell = text.slice(place + 1, end).replaceAll('""', '"');
      place = end + 1;
    } else cell = "";
    const begin = place;
    while (place < text.length && text[place] !== separator && text[place] !== "\n" && text[place] !== "\r") place += 1;
    row.push(cell + text.slice(begin, place));
    if (text[place] === separator) {
      place += 1;
      if (place === text.length) row.push("");
      else continue;
    }
    place += text[place] === "\r" && text[place + 1] === "\n" ? 2 : 1;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}

function cell(value) {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Returns rows as parts of a file, with the mark by which spreadsheets know UTF-8.
export const write = (rows) => ["\ufeff", ...rows.map((row) => `${row.map(cell).join(",")}\r\n`)];
