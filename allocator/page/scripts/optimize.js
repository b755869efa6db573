// The best weights: an aim, bounds and conditions; the exact method alone answers here.

let aimsKnown = [];
let askedOf = null; // the input that the form is drawn for

// The form is drawn when it is first seen: what it asks is not needed for a result.
async function startBest() {
  const { facts } = open;
  if (!facts || askedOf === facts) return;
  askedOf = facts;
  if (!aimsKnown.length) aimsKnown = (await ask("aims")).aims;
  $("best-found").innerHTML = "";
  const option = (value, text) => `<option value="${escaped(value)}">${escaped(text)}</option>`;
  const pools = facts.settings.pools.map((p) => option(p.id, p.name));
  const units = [option("", "（金额本身）"), ...Object.entries(facts.columns).map(([c, h]) => option(c, `每单位 ${h}`))];
  $("best-form").innerHTML =
    `<div class="row"><label class="choice">资金池<select id="best-pool">${pools.join("")}</select></label>` +
    `<label class="choice">目标<select id="best-aim">${aimsKnown.map((a) => option(a.kind, a.name)).join("")}</select></label>` +
    `<label class="choice" data-need="per">按<select id="best-per">${units.join("")}</select></label>` +
    `<label class="choice" data-need="town">镇街<select id="best-town">${facts.towns.map((t) => option(t, t)).join("")}</select></label>` +
    `<span data-need="classes">类别 ${facts.classes.map((c) => `<label><input type="checkbox" class="best-class" value="${escaped(c)}">${escaped(c)}</label>`).join(" ")}</span></div>` +
    '<div id="best-bounds"></div>' +
    '<fieldset><legend>条件（不填就是不限）</legend><div class="row">' +
    '<label class="choice">每镇与现行方案相比，增减不超过<input type="text" id="best-change" size="6" placeholder="如 10%"></label>' +
    '<label class="choice">每镇不低于（元）<input type="text" id="best-floor" size="12"></label>' +
    '<label class="choice">权重只取<select id="best-step"><option value="">任意</option><option value="0.01">整 1%</option><option value="0.05">整 5%</option></select> 的倍数</label></div></fieldset>';
  $("best-pool").addEventListener("change", drawBounds);
  $("best-aim").addEventListener("change", showNeeds);
  drawBounds();
  showNeeds();
}

function drawBounds() {
  const factors = open.facts.factors[$("best-pool").value];
  $("best-bounds").innerHTML = `<fieldset><legend>各因素的权重范围（不填就是 0 至 100%）</legend>${factors.map((f, k) =>
    `<div class="bounds" data-bound-of="${k}"><span>${escaped(f.name)}</span>` +
    `<label class="choice">不低于<input type="text" size="6" placeholder="如 20%" aria-label="${escaped(f.name)}不低于"></label>` +
    `<label class="choice">不高于<input type="text" size="6" placeholder="如 50%" aria-label="${escaped(f.name)}不高于"></label></div>`).join("")}</fieldset>`;
}

function showNeeds() {
  const { needs } = aimsKnown.find((aim) => aim.kind === $("best-aim").value);
  for (const part of all("#best-form [data-need]")) part.hidden = !needs.includes(part.dataset.need);
}

function asked() {
  const { needs, kind } = aimsKnown.find((aim) => aim.kind === $("best-aim").value);
  const pool = $("best-pool").value;
  const bounds = all("#best-bounds [data-bound-of]").map((row) => {
    const [least, most] = all("input", row).map((box) => box.value.trim());
    const factor = open.facts.factors[pool][row.dataset.boundOf];
    return { factor: factor.name || factor.column, least, most };
  });
  return {
    pool, kind, bounds,
    per: needs.includes("per") ? $("best-per").value : "",
    town: needs.includes("town") ? $("best-town").value : "",
    classes: needs.includes("classes") ? all(".best-class").filter((b) => b.checked).map((b) => b.value) : [],
    change: $("best-change").value.trim(), floor: $("best-floor").value.trim(), step: $("best-step").value,
  };
}

function listenToBest() {
  document.addEventListener("shown", doing(async ({ detail }) => {
    if (detail === "best") await startBest();
  }));
  $("find-best").addEventListener("click", doing(async () => {
    const place = $("best-found");
    place.innerHTML = "";
    const began = performance.now();
    let found;
    try {
      found = await ask("best_weights", JSON.stringify(asked()), open.unit);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      place.innerHTML = refusal(error.problems, "不能求解，请先改正");
      say("没有求解，请先改正。", true);
      return;
    }
    const tables = document.createElement("div");
    if (found.weights.length) {
      place.innerHTML = '<p class="row"><button id="use-best">把这组权重转到“权重试算”</button></p>';
      $("use-best").addEventListener("click", doing(async () => {
        open.settings.pools.find((p) => p.id === found.pool).weights = found.weights;
        drawSliders();
        await tryNow();
        show("trial");
      }));
    } else {
      place.innerHTML = '<p class="verdict error">没有符合全部条件的权重</p>';
    }
    place.appendChild(tables);
    showTables(tables, found.tables);
    say(`求解完毕，用时 ${seconds(performance.now() - began)}`);
  }));
}
