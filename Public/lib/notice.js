// A notice of holidays: how its form is kept, and how the text of a published one is read into it.

/// One festival of the form: `{name, first, last, work: 'days, apart by spaces'}`.
export const noFestival = () => ({ name: '', first: '', last: '', work: '' });

const two = (n) => String(n).padStart(2, '0');
const days = (text) => text.split(/[\s,，、]+/).filter(Boolean);

/// The JSON that the program takes. `index` tells which row of the form each entry came from, for what is refused by its field.
export function noticeOf({ id, published, source, year, festivals }) {
  const off = [];
  const work = [];
  const index = { off: [], work: [] };
  festivals.forEach((each, row) => {
    if (each.first || each.last) {
      off.push([each.name, each.first || each.last, each.last || each.first]);
      index.off.push(row);
    }
    for (const day of days(each.work)) {
      work.push([day, each.name]);
      index.work.push(row);
    }
  });
  return { notice: { id: id.trim(), published, ...(source.trim() ? { source: source.trim() } : {}), ...(year ? { year: Number(year) } : {}), off, work }, index };
}

/// Reads paragraphs as the State Council writes them: `二、春节：2月15日（…）至23日（…）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。`
/// What it does not understand it leaves out; a person looks over what was found.
export function readNotice(text) {
  const plain = text.replace(/（[^）]*）|\([^)]*\)/g, '').replace(/\s+/g, '');
  const published = /(\d{4})年(\d{1,2})月(\d{1,2})日(?=[^日]*$)/.exec(plain);
  const year = Number(/(\d{4})年(?:部分)?节假日安排/.exec(plain)?.[1] ?? /(\d{4})年元旦/.exec(plain)?.[1] ?? 0) || null;
  const id = /国办发明电〔\d{4}〕\d+号/.exec(text.replace(/\s+/g, ''))?.[0] ?? '';
  const festivals = [];
  for (const [, name, told] of plain.matchAll(/[一二三四五六七八九十]+、([^：:]{2,12})[：:](.*?)(?=[一二三四五六七八九十]+、[^：:]{2,12}[：:]|$)/g)) {
    const [rest, ...after] = told.split('放假');
    const found = datesIn(rest, year);
    if (!found.length) continue;
    const worked = after.join('放假').split('。').filter((each) => each.endsWith('上班')).flatMap((each) => datesIn(each, year));
    festivals.push({ name, first: found[0], last: found.at(-1), work: worked.join(' ') });
  }
  return { id, published: published ? `${published[1]}-${two(published[2])}-${two(published[3])}` : '', year, festivals };
}

/// Days in the order they are named; a month or year that is left out is the one before.
function datesIn(text, year) {
  let [y, m] = [year, null];
  const found = [];
  for (const [, named, month, day] of text.matchAll(/(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日/g)) {
    if (named) y = Number(named);
    // From December into January of the notice's year.
    else if (month && m === 12 && Number(month) === 1 && y !== year) y = year;
    if (month) m = Number(month);
    if (y && m) found.push(`${y}-${two(m)}-${two(day)}`);
  }
  return found;
}
