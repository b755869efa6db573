// Three-line tables from desk.py's `drawn`: sorted, searched, shown in parts where they are long.

const AT_FIRST = 200; // rows shown before a button asks for more

// Shows a table in an element. `options.town` makes the first column's names buttons.
function showTable(element, table, options) {
  const given = options || {};
  const held = element.table || { sort: -1, down: false, text: "" };
  element.table = Object.assign(held, { data: table, most: AT_FIRST, options: given });
  if (held.sort >= table.columns.length) held.sort = -1;
  const title = table.title ? `<h3>${escaped(table.title)}</h3>` : "<span></span>";
  const search = table.rows.length > 12 && !given.plain
    ? `<label>查找<input type="search" value="${escaped(held.text)}" aria-label="在表中查找"></label>` : "";
  element.innerHTML = `<div class="table-tools">${title}${search}</div><div class="table"></div>` +
    table.notes.map((note) => `<p class="note">${escaped(note)}</p>`).join("");
  drawRows(element);
  if (element.listens) return;
  element.listens = true;
  element.addEventListener("input", ({ target }) => {
    if (target.type !== "search") return;
    element.table.text = target.value;
    drawRows(element);
  });
  element.addEventListener("click", ({ target }) => tableClicked(element, target));
}

function tableClicked(element, target) {
  const held = element.table;
  const column = target.closest("[data-column]");
  if (column) {
    const number = Number(column.dataset.column);
    // Amounts are looked at from the largest down, names from the first on; a third time as given.
    const first = held.data.columns[number].kind !== "text";
    if (held.sort !== number) Object.assign(held, { sort: number, down: first });
    else if (held.down === first) held.down = !first;
    else held.sort = -1;
    drawRows(element);
    const again = element.querySelector(`[data-column="${number}"]`);
    if (again) again.focus();
  } else if (target.dataset.more !== undefined) {
    held.most = Infinity;
    drawRows(element);
  } else if (target.dataset.town && held.options.town) {
    held.options.town(target.dataset.town);
  }
}

function rowsInOrder({ data, sort, down, text }) {
  let order = data.rows.map((_, i) => i);
  if (text) order = order.filter((i) => data.rows[i].some((cell) => cell.includes(text.trim())));
  if (sort < 0) return order;
  const isText = data.columns[sort].kind === "text";
  const key = isText ? (i) => data.rows[i][sort] : (i) => data.keys[i][sort];
  const compare = isText
    ? (a, b) => key(a).localeCompare(key(b), "zh-CN")
    : (a, b) => (key(a) === null ? -Infinity : key(a)) - (key(b) === null ? -Infinity : key(b));
  return order.sort((a, b) => (down ? compare(b, a) : compare(a, b)) || a - b);
}

function drawRows(element) {
  const held = element.table;
  const { columns, total, keys, rows } = held.data;
  const side = (j) => (columns[j].kind === "text" ? "" : "n");
  const isChange = columns.map((c) => ["差额", "增减"].includes(c.header));
  const head = columns.map((column, j) => {
    const sorted = held.sort === j ? ` aria-sort="${held.down ? "descending" : "ascending"}"` : "";
    const name = held.options.plain ? escaped(column.header)
      : `<button data-column="${j}" title="按此列排序">${escaped(column.header)}</button>`;
    return `<th scope="col" class="${side(j)}"${sorted}>${name}</th>`;
  });
  const order = rowsInOrder(held);
  const body = order.slice(0, held.most).map((i) => `<tr>${rows[i].map((text, j) => {
    const tone = isChange[j] && keys[i][j] ? (keys[i][j] < 0 ? " less" : " more") : "";
    const shown = j === 0 && held.options.town
      ? `<button class="plain" data-town="${escaped(text)}" title="为什么是这个数">${escaped(text)}</button>` : escaped(text);
    return `<td class="${side(j)}${tone}">${shown}</td>`;
  }).join("")}</tr>`);
  const sums = total && !held.text
    ? `<tr class="total">${total.map((t, j) => `<td class="${side(j)}">${escaped(t)}</td>`).join("")}</tr>` : "";
  const rest = order.length - held.most;
  element.querySelector(".table").innerHTML =
    `<table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}${sums}</tbody></table>` +
    (order.length ? "" : '<p class="note">没有符合的行。</p>') +
    (rest > 0 ? `<p class="more"><button data-more>还有 ${rest} 行，全部显示</button></p>` : "");
}

// Several tables one under the other; those already there keep their order and search.
function showTables(element, tables) {
  while (element.children.length > tables.length) element.lastChild.remove();
  tables.forEach((table, i) => {
    if (!element.children[i]) element.appendChild(document.createElement("div"));
    const place = element.children[i];
    showTable(place, table, { plain: table.rows.length < 6 });
  });
}

// Why what was asked for cannot be had: the mistakes alone.
const refusal = (problems, title) => problemTable(problems.filter((p) => !p.warning), title);

// How many there are of what stops the work: "有 2 处错误、1 处存疑".
function counted(problems) {
  const parts = ["错误", "存疑"].map((kind) => [kind, problems.filter((p) => p.kind === kind).length]);
  return `有 ${parts.filter(([, n]) => n).map(([kind, n]) => `${n} 处${kind}`).join("、")}`;
}

// The list of mistakes and doubts; warnings can be ticked off. With `canSign` doubts can be
// confirmed, once there is nothing worse.
function problemTable(problems, title, canSign) {
  const errors = problems.filter((p) => !p.warning).length;
  const doubts = problems.filter((p) => p.kind === "存疑").length;
  const signs = canSign && doubts > 0 && doubts === errors;
  const todo = signs ? "请逐条核对：有错的在工作簿中改正后重新放入，无误的在这里确认" : "请在工作簿中改正后重新放入";
  const caption = errors
    ? `<h3 class="error">${title || `${counted(problems)}，${todo}`}</h3>`
    : `<h3>有 ${problems.filter((p) => p.kind === "提醒").length} 处提醒，请逐条核对</h3>`;
  const later = canSign ? "先改正错误并重新放入，再在这里逐条确认存疑的。"
    : "存疑的若核对无误：先在“打开”中放入这一份并逐条确认，再用下载的已核对输入。";
  const told = doubts && !signs ? `<p>${later}</p>` : "";
  const rows = problems.map((p, i) => {
    const box = (kind, tick) => `<label><input type="checkbox" class="${kind}"${tick ? " checked" : ""} aria-label="第 ${i + 1} 条已核对">已核对</label>`;
    const note = `<input type="text" class="sign-note" placeholder="说明（可不填）" aria-label="第 ${i + 1} 条的说明">`;
    const act = p.kind === "提醒" ? box("doubt", p.confirmed)
      : signs ? `<span class="sign-row" data-row="${i}">${box("sign")}${note}</span>` : "";
    const kind = p.warning ? p.kind : `<span class="error">${p.kind}</span>`;
    const remedy = signs ? p.remedy.replace("请在“核对记录”中确认", "请勾选“已核对”") : p.remedy;
    const texts = [p.sheet, p.cell, p.value, p.message, remedy].map((t) => `<td>${escaped(t)}</td>`);
    return `<tr><td>${i + 1}</td><td>${kind}</td>${texts.join("")}<td>${act}</td></tr>`;
  });
  const heads = ["序号", "性质", "工作表", "单元格", "现为", "问题", "怎样改正", signs ? "核对" : ""];
  const form = signs ? '<p class="row"><label class="choice">核对人<input type="text" id="sign-by" size="10"></label>' +
    '<button class="main" id="sign-doubts">全部已核对，继续计算</button></p>' +
    '<p class="note">核对人和说明写入输入工作簿的一份副本（“核对记录”表），并带入正式工作簿。请保存这份副本。</p>' : "";
  return `${caption}${told}<div class="table list"><table><thead><tr>${heads.map((h) => `<th scope="col">${h}</th>`).join("")}` +
    `</tr></thead><tbody>${rows.join("")}</tbody></table></div>${form}`;
}
