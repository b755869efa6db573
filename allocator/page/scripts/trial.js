// Trying weights and rules: sliders that keep the sum, every town's change, trials side by side.

const TRIAL = "试算";
const watched = new Set(); // towns with a card
const pinned = new Set(); // "pool:factor" of weights that stay
let wanted = null; // the settings to try next, while Python is still at the ones before
let trying = null; // what is under way until the newest settings are tried
let moving = null; // what is under way until the newest move is made
let nextMove = null;
let canTry = true; // whether the newest settings could be tried

const shownWeight = (text) => {
  const [over, under] = text.split("/");
  return under ? (Number(over) / Number(under)).toFixed(4) : text;
};

function startTrial() {
  const { facts } = open;
  open.settings = JSON.parse(JSON.stringify(facts.settings));
  open.tried = null;
  watched.clear();
  pinned.clear();
  $("watch").innerHTML = `<option value="">（选择后加一张卡片）</option>${facts.towns.map((t) => `<option>${escaped(t)}</option>`).join("")}`;
  for (const id of ["trial-overview", "trial-classes", "trial-table", "cards", "saved", "saved-tables", "trial-said"]) $(id).innerHTML = "";
  drawSliders();
  showSaved();
}

function drawSliders() {
  const { facts, settings } = open;
  const pools = settings.pools.map((pool, p) => {
    const rows = pool.weights.map((weight, k) => {
      const name = escaped(facts.factors[pool.id][k].name);
      const held = pinned.has(`${p}:${k}`) ? " checked" : "";
      return `<div class="slider" data-pool="${p}" data-factor="${k}"><span>${name}</span>` +
        `<input type="range" min="0" max="100" step="0.1" value="${shownWeight(weight)}" aria-label="${name}的权重">` +
        `<span><input type="text" inputmode="decimal" value="${shownWeight(weight)}" aria-label="${name}的权重，百分数">%</span>` +
        `<label><input type="checkbox"${held} aria-label="${name}的权重不动">不动</label></div>`;
    });
    const bound = (key, word) => `<label class="choice">${word}<input type="text" size="12" data-bound="${key}" data-pool="${p}" value="${escaped(pool[key])}" placeholder="无"></label>`;
    return `<fieldset><legend>${escaped(pool.name)}</legend>${rows.join("")}` +
      `<div class="row">${bound("floor", "每镇不低于（元）")}${bound("cap", "每镇不高于（元）")}</div></fieldset>`;
  });
  const readings = facts.readings.length ? `<fieldset><legend>试点结算口径</legend>${facts.readings.map((r) =>
    `<label><input type="radio" name="basis" value="${r.value}"${settings.basis === r.value ? " checked" : ""}>${escaped(r.name)}</label> `).join("")}</fieldset>` : "";
  $("sliders").innerHTML = pools.join("") + readings;
}

// The boxes and sliders as the settings stand, without touching the one under the hand.
function updateSliders(keep) {
  for (const row of all("#sliders .slider")) {
    const text = shownWeight(open.settings.pools[row.dataset.pool].weights[row.dataset.factor]);
    const [range, box] = all("input", row);
    if (range !== keep) range.value = text;
    if (box !== keep) box.value = text;
  }
}

// Moves follow each other faster than answers come: only the newest is asked for, and the slider
// under the hand is left alone until it rests.
function moved(target) {
  const row = target.closest(".slider");
  nextMove = { target, pool: Number(row.dataset.pool), factor: Number(row.dataset.factor) };
  moving = moving || followMoves();
  return moving;
}

async function followMoves() {
  try {
    while (nextMove) {
      const { target: hand, pool, factor } = nextMove;
      nextMove = null;
      const { weights } = open.settings.pools[pool];
      const held = weights.map((_, k) => k).filter((k) => pinned.has(`${pool}:${k}`));
      const asked = { weights, moved: factor, value: hand.value.trim() || "0", held };
      const found = await ask("balance", JSON.stringify(asked));
      open.settings.pools[pool].weights = found.weights;
      updateSliders(nextMove ? nextMove.target : null);
      if (!nextMove) await tryNow();
    }
  } finally {
    moving = null;
  }
}

// One answer at a time, always of the newest settings.
function tryNow() {
  wanted = JSON.stringify(open.settings);
  trying = trying || tryWanted();
  return trying;
}

async function tryWanted() {
  try {
    while (wanted) {
      const asked = wanted;
      wanted = null;
      performance.mark("trying");
      try {
        const found = await ask("try_rules", asked, open.unit);
        performance.measure("tried", "trying");
        showTried(found);
        $("trial-said").innerHTML = "";
        canTry = true;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        $("trial-said").innerHTML = refusal(error.problems, "不能按这样计算，仍显示上一次的结果");
        canTry = false;
      }
    }
  } finally {
    trying = null;
  }
}

// Whether the settings as they stand are tried, after every move still under way.
async function isTried() {
  await moving;
  await tryNow();
  if (!canTry) say("现在的权重和规则不能计算，请先按提示改正。", true);
  return canTry;
}

function showTried(found) {
  open.tried = found;
  showTable($("trial-overview"), found.overview, { plain: true });
  if (found.classes) showTable($("trial-classes"), found.classes, { plain: true });
  showTable($("trial-table"), found.table, { town: watchTown });
  drawCards();
}

async function retry() {
  if (open.tried) await tryNow();
  if ($("saved-tables").children.length) await compareSaved();
}

function watchTown(name) {
  watched.add(name);
  drawCards();
}

function drawCards() {
  if (!open.tried) return;
  const { rows } = open.tried.table;
  $("cards").innerHTML = rows.filter((row) => watched.has(row[0])).map((row) => {
    const [town, before, after, change, ratio] = row;
    const tone = /[1-9]/.test(change) ? (change.startsWith("-") ? "less" : "more") : "";
    return `<div class="card"><h4>${escaped(town)}<button class="plain" data-unwatch="${escaped(town)}" aria-label="去掉${escaped(town)}的卡片">×</button></h4>` +
      `<p>${before} → ${after}</p><p class="${tone}">${change}（${ratio}）</p></div>`;
  }).join("");
}

// ---- trials kept ----------------------------------------------------------------------------

async function saveTrial() {
  if (!await isTried()) return;
  const name = window.prompt("给这一组起个名字", `试算 ${open.saved.length + 1}`);
  if (!name) return;
  if (open.saved.some((one) => one.name === name)) {
    say(`已有名为“${name}”的试算，请换一个名字。`, true);
    return;
  }
  const toml = await ask("trial_toml");
  open.saved.push({ name, toml, settings: JSON.parse(JSON.stringify(open.settings)) });
  showSaved();
  await compareSaved();
}

function showSaved() {
  $("saved").innerHTML = open.saved.length ? `<ul>${open.saved.map((one, i) =>
    `<li>${escaped(one.name)} <button class="plain" data-load="${i}">载入滑块</button> <button class="plain" data-drop="${i}">去掉</button></li>`).join("")}</ul>`
    : '<p class="note">还没有。记下几组后，在这里并排比较。</p>';
}

async function compareSaved() {
  if (!open.saved.length) {
    $("saved-tables").innerHTML = "";
    return;
  }
  const asked = open.saved.map(({ name, toml }) => ({ name, toml }));
  const found = await ask("compare_trials", JSON.stringify(asked), open.unit);
  showTables($("saved-tables"), found.tables);
}

async function readTrial([file]) {
  const found = await ask("try_scheme", file.name, file.bytes, open.unit);
  open.settings = found.settings;
  drawSliders();
  showTried(found);
  const name = file.name.replace(/\.toml$/i, "");
  const toml = await ask("trial_toml");
  if (!open.saved.some((one) => one.name === name)) {
    open.saved.push({ name, toml, settings: JSON.parse(JSON.stringify(found.settings)) });
    showSaved();
    await compareSaved();
  }
  say(`已读入方案文件 ${file.name}。`);
}

async function showTrialResult() {
  if (!await isTried()) return;
  open.which = TRIAL;
  await showResult();
  show("result");
}

// ---- listening ------------------------------------------------------------------------------

function listenToTrial() {
  const sliders = $("sliders");
  sliders.addEventListener("input", doing(async ({ target }) => {
    if (target.type !== "range") return;
    await moved(target);
  }));
  sliders.addEventListener("change", doing(async ({ target }) => {
    const row = target.closest(".slider");
    if (target.type === "checkbox") {
      const key = `${row.dataset.pool}:${row.dataset.factor}`;
      if (target.checked) pinned.add(key);
      else pinned.delete(key);
      return;
    }
    if (target.type === "range") return;
    if (target.dataset.bound) open.settings.pools[target.dataset.pool][target.dataset.bound] = target.value;
    else if (target.name === "basis") open.settings.basis = target.value;
    else if (row && Number.isFinite(Number(target.value))) await moved(target);
    else say("权重应是数字，如 30 或 33.3。", true);
    updateSliders();
    await tryNow();
  }));
  $("watch").addEventListener("change", ({ target }) => {
    if (target.value) watchTown(target.value);
    target.value = "";
  });
  $("cards").addEventListener("click", ({ target }) => {
    if (!target.dataset.unwatch) return;
    watched.delete(target.dataset.unwatch);
    drawCards();
  });
  $("reset-trial").addEventListener("click", doing(async () => {
    open.settings = JSON.parse(JSON.stringify(open.facts.settings));
    drawSliders();
    await tryNow();
  }));
  $("save-trial").addEventListener("click", doing(saveTrial));
  $("show-trial").addEventListener("click", doing(showTrialResult));
  $("get-trial").addEventListener("click", doing(async () => {
    if (await isTried()) save(`${open.facts.stem}-情景方案.toml`, await ask("trial_toml"));
  }));
  dropPlace("trial", readTrial);
  $("saved").addEventListener("click", doing(async ({ target }) => {
    const { load, drop } = target.dataset;
    if (load !== undefined) {
      const one = open.saved[load];
      await readTrial([{ name: `${one.name}.toml`, bytes: new TextEncoder().encode(one.toml) }]);
    } else if (drop !== undefined) {
      open.saved.splice(Number(drop), 1);
      showSaved();
      await compareSaved();
    }
  }));
  document.addEventListener("shown", doing(async ({ detail }) => {
    if (detail === "trial" && open.settings && !open.tried) await tryNow();
  }));
}
