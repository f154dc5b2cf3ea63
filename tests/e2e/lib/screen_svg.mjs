// usage: node screen_svg.mjs OUT TITLE CAPTURE...
// Turns screens captured by "tmux capture-pane -p -e" into one SVG. Several captures become an animation, each shown
// for the seconds in its name (NAME-2.5s.txt), without a script.
import fs from 'node:fs';
import path from 'node:path';

const [out, title, ...captures] = process.argv.slice(2);
const cell = { width: 8.43, height: 19 };
const margin = 14, bar = 30;
const ground = '#14161b', ink = '#e0e2ea';
const basic = ['#07080d', '#ffc0b9', '#b3f6c0', '#fce094', '#a6dbff', '#ffcaff', '#8cf8f7', '#eef1f8',
  '#4f5258', '#ffc0b9', '#b3f6c0', '#fce094', '#a6dbff', '#ffcaff', '#8cf8f7', '#ffffff'];

const hex = n => Math.round(n).toString(16).padStart(2, '0');
function indexed(n) {
  if (n < 16) return basic[n];
  if (n >= 232) return '#' + hex(8 + (n - 232) * 10).repeat(3);
  const level = v => (v === 0 ? 0 : 55 + v * 40);
  return '#' + [Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6].map(v => hex(level(v))).join('');
}

// Applies one SGR sequence to a style.
function style(old, codes) {
  const now = { ...old };
  const list = codes === '' ? [0] : codes.split(/[;:]/).map(Number);
  const colour = i => (list[i + 1] === 5 ? [indexed(list[i + 2]), 2]
    : ['#' + list.slice(i + 2, i + 5).map(hex).join(''), 4]);
  for (let i = 0; i < list.length; i++) {
    const code = list[i];
    if (code === 0) for (const key in now) delete now[key];
    else if (code === 1) now.bold = true;
    else if (code === 3) now.italic = true;
    else if (code === 7) now.reverse = true;
    else if (code === 22) delete now.bold;
    else if (code === 23) delete now.italic;
    else if (code === 27) delete now.reverse;
    else if (code === 38 || code === 48) {
      const [value, used] = colour(i);
      now[code === 38 ? 'ink' : 'ground'] = value;
      i += used;
    } else if (code === 39) delete now.ink;
    else if (code === 49) delete now.ground;
    else if (code >= 30 && code <= 37) now.ink = basic[code - 30];
    else if (code >= 90 && code <= 97) now.ink = basic[code - 82];
    else if (code >= 40 && code <= 47) now.ground = basic[code - 40];
  }
  return now;
}

const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const fixed = n => n.toFixed(2).replace(/\.?0+$/, '');

function screen(text) {
  const shapes = [];
  let now = {};
  const rows = text.replace(/\n+$/, '').split('\n');
  rows.forEach((row, y) => {
    let x = 0;
    const top = bar + margin + y * cell.height;
    for (const part of row.split(/(\x1b\[[0-9;:]*m)/)) {
      const sequence = /^\x1b\[([0-9;:]*)m$/.exec(part);
      if (sequence) { now = style(now, sequence[1]); continue; }
      const length = [...part].length;
      if (length === 0) continue;
      const front = now.reverse ? now.ground ?? ground : now.ink ?? ink;
      const back = now.reverse ? now.ink ?? ink : now.ground;
      const left = margin + x * cell.width;
      if (back && back !== ground) {
        shapes.push(`<rect x="${fixed(left)}" y="${top}" width="${fixed(length * cell.width)}" height="${cell.height}" fill="${back}"/>`);
      }
      // Blanks at the ends are not drawn and inner ones do not break: SVG would fold them.
      const seen = part.trim();
      if (seen !== '') {
        const from = left + (part.length - part.trimStart().length) * cell.width;
        const extra = (now.bold ? ' font-weight="bold"' : '') + (now.italic ? ' font-style="italic"' : '');
        shapes.push(`<text x="${fixed(from)}" y="${top + 14}" fill="${front}" textLength="${fixed([...seen].length * cell.width)}"${extra}>`
          + `${escape(seen).replace(/ /g, '\u00a0')}</text>`);
      }
      x += length;
    }
  });
  return { shapes, rows: rows.length };
}

const frames = captures.map(file => ({ ...screen(fs.readFileSync(file, 'utf8')),
  seconds: Number(/-([0-9.]+)s\.txt$/.exec(path.basename(file))?.[1] ?? 1) }));
const columns = 78;
const height = bar + 2 * margin + Math.max(...frames.map(frame => frame.rows)) * cell.height;
const width = Math.ceil(2 * margin + columns * cell.width);
const total = frames.reduce((sum, frame) => sum + frame.seconds, 0);

const svg = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
  `<title>${escape(title)}</title>`, '<style>text{font:14px monospace}'];
if (frames.length > 1) {
  let at = 0;
  frames.forEach((frame, i) => {
    const from = (at / total) * 100, to = ((at + frame.seconds) / total) * 100;
    const before = from > 0 ? `0%,${fixed(from - 0.01)}%{visibility:hidden}` : '';
    const after = to < 100 ? `${fixed(to)}%,100%{visibility:hidden}` : '';
    svg.push(`@keyframes f${i}{${before}${fixed(from)}%,${fixed(to - 0.01)}%{visibility:visible}${after}}`,
      `#f${i}{visibility:${i === frames.length - 1 ? 'visible' : 'hidden'};animation:f${i} ${fixed(total)}s infinite step-end}`);
    at += frame.seconds;
  });
}
svg.push('</style>', `<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
  `<text x="${width / 2}" y="20" fill="#9b9ea4" text-anchor="middle">${escape(title)}</text>`);
frames.forEach((frame, i) => svg.push(`<g id="f${i}">`, ...frame.shapes, '</g>'));
svg.push('</svg>', '');
fs.writeFileSync(out, svg.join('\n'));
