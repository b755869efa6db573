// Pictures as SVG: drawn from amounts that the product gives, with its texts; positions only.

const COLOURS = ["#1f4e8c", "#c98a2b", "#5b8c5a", "#8c5b7a", "#607d8b"];
const MOST_BARS = 60;

// Bars of what each town is paid, stacked by pool, largest first.
function drawBars(r, towns) {
  const sums = towns.map((_, i) => r.bars.reduce((sum, pool) => sum + pool[i], 0));
  const order = towns.map((_, i) => i).sort((a, b) => sums[b] - sums[a] || a - b).slice(0, MOST_BARS);
  const most = Math.max(...sums, 1);
  const [left, width, step, top] = [96, 330, 19, 26];
  const bars = order.map((i, k) => {
    let x = left;
    const parts = r.bars.map((pool, p) => {
      const long = Math.max(pool[i], 0) / most * width;
      const part = `<rect x="${x}" y="${top + k * step}" width="${long}" height="13" fill="${COLOURS[p % COLOURS.length]}"/>`;
      x += long;
      return part;
    });
    const y = top + k * step + 11;
    return `<g data-town="${escaped(towns[i])}"><text x="${left - 6}" y="${y}" text-anchor="end">${escaped(shortened(towns[i]))}</text>` +
      `${parts.join("")}<text x="${x + 5}" y="${y}">${r.labels[i]}</text></g>`;
  });
  let at = left;
  const legend = r.pools.map((name, p) => {
    const key = `<rect x="${at}" y="3" width="12" height="12" fill="${COLOURS[p % COLOURS.length]}"/><text x="${at + 17}" y="13">${escaped(name)}</text>`;
    at += 34 + name.length * 12;
    return key;
  });
  const more = towns.length > MOST_BARS ? `；共 ${towns.length} 个，只画出前 ${MOST_BARS} 个` : "";
  return `<svg viewBox="0 0 540 ${top + order.length * step}" role="img" aria-label="各单位本次核拨额，由多到少">${legend.join("")}${bars.join("")}</svg>` +
    `<figcaption>核拨额（万元），由多到少${more}</figcaption>`;
}

const shortened = (name) => (name.length > 7 ? `${name.slice(0, 6)}…` : name);

// One square a town, laid out as the towns lie; darker is more.
function drawMap(r, towns, tiles) {
  const sums = towns.map((_, i) => r.bars.reduce((sum, pool) => sum + pool[i], 0));
  const most = Math.max(...sums, 1);
  const size = 66;
  const places = towns.map((town) => tiles[town]);
  const columns = Math.max(...places.map(([c]) => c)) + 1;
  const rows = Math.max(...places.map(([, row]) => row)) + 1;
  const squares = towns.map((town, i) => {
    const [c, row] = places[i];
    const depth = Math.max(sums[i], 0) / most;
    const mix = (light, dark) => Math.round(light + (dark - light) * depth);
    const fill = `rgb(${mix(240, 31)},${mix(245, 78)},${mix(251, 140)})`;
    const ink = depth > 0.5 ? "#fff" : "#1c1c1c";
    const x = c * size + size / 2;
    const y = row * size + size / 2;
    return `<g data-town="${escaped(town)}"><rect x="${c * size + 1}" y="${row * size + 1}" width="${size - 2}" height="${size - 2}" fill="${fill}"/>` +
      `<text x="${x}" y="${y - 3}" text-anchor="middle" style="fill:${ink}">${escaped(town)}</text>` +
      `<text x="${x}" y="${y + 14}" text-anchor="middle" style="fill:${ink};font-size:11px">${cut(r.labels[i])}</text></g>`;
  });
  return `<svg viewBox="0 0 ${columns * size} ${rows * size}" role="img" aria-label="方格地图">${squares.join("")}</svg>` +
    "<figcaption>核拨额（万元，舍去两位以后的小数）；方格示意大致方位，不表示面积和边界</figcaption>";
}

const cut = (text) => text.replace(/(\.\d\d)\d+$/, "$1");

// One town's way from its entitlement to payment and match.
function drawWaterfall(steps) {
  const looks = { gain: COLOURS[2], loss: "#a61b1b", total: COLOURS[0] };
  const most = Math.max(...steps.map((s) => Math.max(s.start, s.end)), 1);
  const least = Math.min(0, ...steps.map((s) => s.end));
  const [left, width, step] = [168, 280, 28];
  const at = (fen) => left + (fen - least) / (most - least) * width;
  const bars = steps.map((s, k) => {
    const [low, high] = [at(Math.min(s.start, s.end)), at(Math.max(s.start, s.end))];
    const y = k * step + 4;
    const link = k + 1 < steps.length
      ? `<path d="M${at(s.end)} ${y + 18}v10" stroke="#8a8f98" stroke-dasharray="2 2"/>` : "";
    const sign = s.role === "gain" ? "+" : "";
    return `<text x="${left - 8}" y="${y + 14}" text-anchor="end">${escaped(s.name)}</text>` +
      `<rect x="${low}" y="${y}" width="${Math.max(high - low, 1)}" height="18" fill="${looks[s.role]}"/>${link}` +
      `<text x="${high + 6}" y="${y + 14}">${sign}${s.label}</text>`;
  });
  return `<svg viewBox="0 0 540 ${steps.length * step + 4}" role="img" aria-label="从应分配到核拨、配套">${bars.join("")}</svg>` +
    "<figcaption>万元；绿为增加，红为扣减，蓝为小计和合计</figcaption>";
}
