// The result: figures first, then the table, pictures, a town's page, and everything to download.

async function showResult() {
  const r = await ask("result", open.which, open.unit);
  const { towns, tiles } = open.facts;
  $("fund").textContent = r.name;
  $("mark").textContent = r.mark;
  $("work").classList.toggle("trial-shown", Boolean(open.which));
  $("figures").innerHTML = r.figures.map((f) => {
    const parts = f.parts.map(([name, text]) => `<small>${escaped(name)} ${text}</small>`).join("");
    return `<div><span class="name">${escaped(f.name)}（${r.unit}）</span><strong>${f.text}</strong>${parts}</div>`;
  }).join("");
  showTable($("result-table"), r.table, { town: (name) => showTown(name) });
  $("bars").innerHTML = drawBars(r, towns);
  $("map").innerHTML = tiles ? drawMap(r, towns, tiles) : "";
  const ties = r.ties.map((t) => `${t.pool}：${t.tied.join("、")}的尾数相同，由${t.winners.join("、")}各得 1 个单位。`);
  $("balances").textContent = `${ties.join("")}平衡校验 ${r.balances} 项全部相符。结果指纹 ${r.fingerprint}`;
  $("town").hidden = true;
}

const showTown = doing(async (name) => {
  const found = await ask("town", open.which, name);
  const place = $("town");
  place.innerHTML = `<div class="table-tools"><h3>${escaped(name)}：为什么是这个数</h3>` +
    '<span><button id="print-town">打印这一页</button> <button id="close-town">收起</button></span></div>' +
    `<div class="two"><pre class="why">${escaped(found.text)}</pre><figure>${drawWaterfall(found.steps)}</figure></div>`;
  place.hidden = false;
  place.scrollIntoView({ behavior: "auto", block: "start" });
  place.focus({ preventScroll: true });
  $("close-town").addEventListener("click", () => {
    place.hidden = true;
    const back = all("#result-table [data-town]").find((b) => b.dataset.town === name);
    if (back) back.focus();
  });
  $("print-town").addEventListener("click", () => {
    place.classList.add("asked");
    window.print();
    place.classList.remove("asked");
  });
});

function listenToResult() {
  $("units").addEventListener("change", doing(async ({ target }) => {
    open.unit = target.value;
    await showResult();
    await retry();
  }));
  for (const id of ["bars", "map"]) {
    $(id).addEventListener("click", ({ target }) => {
      const town = target.closest("[data-town]");
      if (town) showTown(town.dataset.town);
    });
  }
  const inUnit = () => (open.unit === "元" ? "" : `-${open.unit}`);
  $("get-official").addEventListener("click", doing(() =>
    download(made(`分配结果${inUnit()}.xlsx`), "official", open.which, open.unit)));
  $("get-issue").addEventListener("click", doing(() =>
    download(made(`印发${inUnit()}.xlsx`), "issue", open.which, open.unit)));
  $("get-letters").addEventListener("click", doing(() =>
    download(made("通知.zip"), "letters", open.which)));
  $("get-json").addEventListener("click", doing(() => download(made("结果.json"), "record", open.which)));
  $("print").addEventListener("click", () => window.print());
  $("show-base").addEventListener("click", doing(async () => {
    open.which = "";
    await showResult();
  }));
}
