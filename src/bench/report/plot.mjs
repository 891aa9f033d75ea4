// Plots as SVG, drawn by hand: bars and lines are all there is. The colours stand on a light page and on a dark one, since an
// image cannot ask the page it is in.
const INK = '#768390';
const FAINT = '#76839055';
const OURS = '#2f81f7';
const OTHERS = '#9aa4ae';
const SERIES = [OURS, '#c2702e', OTHERS];
const WIDTH = 760;
const FONT = 'font-family="system-ui, -apple-system, \'Segoe UI\', \'DejaVu Sans\', sans-serif"';

const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const n = (number) => Number(number.toFixed(1));

const text = (x, y, content, { size = 13, fill = INK, anchor = 'start', weight = 400 } = {}) =>
  `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}" font-weight="${weight}">${escape(content)}</text>`;

const svg = (height, title, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}" ${FONT}>\n${parts.flat(9).join('\n')}\n</svg>\n`;

const heading = (title, subtitle) => [text(0, 16, title, { size: 15, weight: 600 }), text(0, 35, subtitle, { size: 12 })];

/** Horizontal bars. A row: label, value, what stands at its end, whether it is ours, and perhaps a second, longer value. */
export function bars(title, subtitle, rows) {
  const [top, step, left, right] = [50, 26, 270, 130];
  const longest = Math.max(...rows.map(({ value, beyond }) => Math.max(value, beyond ?? 0)));
  const scale = (WIDTH - left - right) / longest;
  const parts = rows.map(({ label, value, beyond, end, ours }, i) => {
    const y = top + i * step;
    const colour = ours ? OURS : OTHERS;
    const length = Math.max(value * scale, 1.5);
    const whole = Math.max(length, (beyond ?? 0) * scale);
    return [
      text(left - 10, y + 14, label, { anchor: 'end', weight: ours ? 600 : 400, fill: ours ? OURS : INK }),
      beyond ? `<rect x="${left}" y="${y + 3}" width="${n(whole)}" height="15" rx="2" fill="${colour}" fill-opacity="0.4"/>` : [],
      `<rect x="${left}" y="${y + 3}" width="${n(length)}" height="15" rx="2" fill="${colour}"/>`,
      text(left + whole + 7, y + 15, end, { weight: ours ? 600 : 400, fill: ours ? OURS : INK }),
    ];
  });
  return svg(top + rows.length * step + 6, title, [heading(title, subtitle), parts]);
}

/** Panels of lines side by side, each with a logarithmic x axis, all with the same y axis, which begins at 0. */
export function panels(title, subtitle, list, unit) {
  const [top, bottom, left, gap, height] = [78, 52, 44, 34, 290];
  const width = (WIDTH - left - gap * (list.length - 1)) / list.length;
  const ceiling = nice(Math.max(...list.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([, y]) => y)))) * 1.1);
  const y = (value) => height - bottom - (value / ceiling) * (height - bottom - top);
  const parts = list.map((panel, i) => {
    const from = left + i * (width + gap);
    const xs = panel.lines.flatMap(({ points }) => points.map(([x]) => x));
    const [low, high] = [Math.min(...xs), Math.max(...xs)];
    const x = (value) => from + 12 + (Math.log(value / low) / (Math.log(high / low) || 1)) * (width - 24);
    return [
      text(from, top - 18, panel.title, { weight: 600 }),
      [0, 0.25, 0.5, 0.75, 1].map((part) => [
        `<line x1="${n(from)}" x2="${n(from + width)}" y1="${n(y(part * ceiling))}" y2="${n(y(part * ceiling))}" stroke="${FAINT}"/>`,
        i === 0 ? text(left - 7, y(part * ceiling) + 4, n(part * ceiling), { anchor: 'end', size: 11 }) : [],
      ]),
      [...new Set(xs)].map((value) => text(x(value), height - bottom + 18, short(value), { anchor: 'middle', size: 11 })),
      panel.lines.map(({ name, points }, which) => [
        `<polyline fill="none" stroke="${SERIES[which]}" stroke-width="2" points="${points.map(([a, b]) => `${n(x(a))},${n(y(b))}`).join(' ')}"/>`,
        points.map(([a, b]) => `<circle cx="${n(x(a))}" cy="${n(y(b))}" r="3" fill="${SERIES[which]}"/>`),
        text(x(points.at(-1)[0]), y(points.at(-1)[1]) + beside(points, height - bottom - y(points.at(-1)[1])), name, { anchor: 'end', size: 11, fill: SERIES[which] }),
      ]),
      text(from + width / 2, height - 12, panel.axis, { anchor: 'middle', size: 11 }),
    ];
  });
  return svg(height, title, [heading(title, subtitle), text(0, top - 18, unit, { size: 11 }), parts]);
}

/** A line's name stands over its end, or under it where the line comes from above and there is room. */
const beside = (points, room) => (points.length > 1 && points.at(-2)[1] > points.at(-1)[1] && room > 20 ? 17 : -9);

const short = (value) => (value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${Math.round(value / 1000)}k` : String(value));

/** The next round number. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((step) => step * power).find((step) => step >= value);
}
