// What every view needs: the worker and its answers, files in and out, messages, tabs.

const $ = (id) => document.getElementById(id);
const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

// What is open in the page; Python holds the answers, the page what it must show again.
const open = {
  input: null, // { name, bytes, rulesName, rules }
  facts: null, // what open_input said
  unit: "元",
  which: "", // which answer is shown: "" of the input, "试算" of the tried rules
  settings: null, // the sliders as they stand
  saved: [], // trials kept: { name, toml, settings }
};

// ---- text ---------------------------------------------------------------------------------

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} 秒`;

function say(text, isError) {
  $("state").textContent = text;
  $("state").className = isError ? "error" : "";
}

// ---- the worker ---------------------------------------------------------------------------

const desk = { worker: null, waiting: new Map(), next: 1, began: 0, timer: 0, said: null, failure: "" };

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
const DIGIT_OF = new Uint8Array(128).fill(84);
Array.from(DIGITS).forEach((digit, value) => { DIGIT_OF[digit.charCodeAt(0)] = value; });

// Base 85: five digits are four bytes; a last group that is short is filled up.
function bytesFrom(text) {
  const bytes = new Uint8Array(Math.floor(text.length * 4 / 5));
  for (let i = 0, to = 0; i < text.length; i += 5, to += 4) {
    let group = 0;
    for (let k = i; k < i + 5; k++) group = group * 85 + (k < text.length ? DIGIT_OF[text.charCodeAt(k)] : 84);
    bytes[to] = group >>> 24;
    bytes[to + 1] = group >>> 16;
    bytes[to + 2] = group >>> 8;
    bytes[to + 3] = group;
  }
  return bytes;
}

async function unpacked(name) {
  const packed = bytesFrom($(`payload-${name}`).textContent);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function post(name, args, moved) {
  return new Promise((resolve, reject) => {
    const id = desk.next++;
    desk.waiting.set(id, { resolve, reject });
    if (desk.waiting.size === 1) watch();
    desk.worker.postMessage({ id, name, args }, moved || []);
  });
}

// A request of desk.py: texts are JSON, files are bytes. Problems of the user are thrown as such.
async function ask(name, ...args) {
  const result = await post(name, args);
  if (result instanceof Uint8Array || name === "trial_toml") return result;
  const record = JSON.parse(result);
  if (record.problems && Object.keys(record).length === 1) throw new Refused(record.problems);
  return record;
}

class Refused extends Error {
  constructor(problems) {
    super(problems.map((p) => `${p.message}。${p.remedy}`).join("；"));
    this.problems = problems;
  }
}
class Stopped extends Error {}

// From half a second on a wait is shown, and can be ended.
function watch() {
  desk.began = performance.now();
  clearInterval(desk.timer);
  desk.timer = setInterval(() => {
    const waited = performance.now() - desk.began;
    if (!desk.waiting.size) return rest();
    if (waited < 500) return;
    $("progress").hidden = false;
    $("stop").hidden = !desk.ready;
    const what = desk.ready ? "正在计算" : "正在启动";
    if (!desk.counted) sayMeanwhile(`${what}……已用 ${(waited / 1000).toFixed(0)} 秒`);
  }, 100);
}

function sayMeanwhile(text) {
  if (desk.said === null) desk.said = [$("state").textContent, $("state").className];
  say(text);
}

// The line says again what it said before the wait, until the action has something to say.
function rest() {
  clearInterval(desk.timer);
  if (desk.said !== null) [$("state").textContent, $("state").className] = desk.said;
  desk.said = null;
  desk.counted = false;
  $("progress").hidden = true;
  $("progress").removeAttribute("value");
  $("stop").hidden = true;
}

function heard({ data }) {
  if (data.progress) {
    const [done, left] = data.progress;
    desk.counted = true;
    sayMeanwhile(`正在计算：已试 ${done}${left ? `，还有 ${left}` : ""}`);
    return;
  }
  const waiting = desk.waiting.get(data.id);
  desk.waiting.delete(data.id);
  if (!desk.waiting.size) rest();
  if (!waiting) return;
  if (data.error === undefined) waiting.resolve(data.result);
  else waiting.reject(new Error(data.error));
}

async function startWorker() {
  performance.mark("start");
  desk.ready = false;
  const names = ["worker", "loader", "module", "wasm", "python", "lock"];
  const parts = await Promise.all(names.map(unpacked));
  const script = new Blob([parts.shift()], { type: "text/javascript" });
  desk.worker = new Worker(URL.createObjectURL(script));
  desk.worker.onmessage = heard;
  desk.worker.onerror = (event) => failed(new Error(`不能启动：${event.message || "浏览器不允许"}`));
  const [loader, module, wasm, python, lock] = parts;
  const moved = parts.map((part) => part.buffer);
  const about = JSON.parse(await post("start", [{ loader, module, wasm, python, lock }], moved));
  desk.ready = true;
  performance.measure("ready", "start");
  return about;
}

// Ends what runs: Python starts anew and the input is opened again; the page keeps the rest.
async function stopWork() {
  desk.worker.terminate();
  const waiting = Array.from(desk.waiting.values());
  desk.waiting.clear();
  rest();
  waiting.forEach(({ reject }) => reject(new Stopped()));
  say("已停止，正在重新准备……");
  await startWorker();
  const { input } = open;
  const again = [input && ["open_input", input.name, input.bytes, input.rulesName, input.rules],
    open.settings && ["try_rules", JSON.stringify(open.settings), open.unit]];
  for (const request of again.filter(Boolean)) {
    await ask(...request).catch((error) => {
      if (!(error instanceof Refused)) throw error;
    });
  }
  say("已停止。已放入的文件和试算都还在。");
}

// ---- failures -----------------------------------------------------------------------------

let actions = 0;

// From the moment an action begins until all that it draws is drawn, the page is busy.
function busy(step) {
  actions += step;
  document.body.toggleAttribute("data-busy", actions > 0);
}

// Runs an action of the user; whatever goes wrong is said, and nothing that is open is lost.
const doing = (action) => async (...args) => {
  busy(1);
  try {
    $("get-report").hidden = true;
    await action(...args);
  } catch (error) {
    if (error instanceof Stopped) return;
    if (error instanceof Refused) say(error.message, true);
    else failed(error);
  } finally {
    busy(-1);
  }
};

function failed(error) {
  const lines = String(error.message || error).trim().split("\n");
  const last = lines.filter((line) => /^[\w.]*(Error|Exception)\b/.test(line)).pop() || lines[lines.length - 1];
  const memory = /memory|Maximum|allocation/i.test(last);
  desk.failure = `${error.stack || ""}\n${error.message || error}`;
  const told = memory ? "内存不够：请关闭其他网页，或换一台内存较大的电脑" : "程序出错，未能完成。已放入的文件和试算都还在，可重试；若仍出错，请保存错误报告交技术人员";
  say(`${told}。（${last.slice(0, 160)}）`, true);
  $("get-report").hidden = false;
}

function report() {
  const lines = [
    `资金分配计算 ${desk.version || ""}`, navigator.userAgent, new Date().toISOString(),
    `打开的单位数：${open.facts ? open.facts.towns.length : 0}`, "", desk.failure,
  ];
  save("错误报告.txt", lines.join("\n"), "text/plain");
}

// ---- files --------------------------------------------------------------------------------

const KINDS = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  json: "application/json", toml: "text/plain", zip: "application/zip",
};

function save(name, content, type) {
  const link = document.createElement("a");
  const blob = new Blob([content], { type: type || KINDS[name.split(".").pop()] || "" });
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// Names of what is made follow the input's, and say when it was made under tried rules.
function made(what) {
  const trial = open.which ? "情景-" : "";
  return `${open.facts ? open.facts.stem : "结果"}-${trial}${what}`;
}

async function download(name, ...request) {
  const began = performance.now();
  const content = await ask(...request);
  save(name, content);
  say(`已下载 ${name}（${Math.ceil(content.length / 1024)} KB，用时 ${seconds(performance.now() - began)}）`);
}

const bytesOf = async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });

// A place to drop files on, which is also a button that chooses them.
function dropPlace(id, taken) {
  const zone = $(`drop-${id}`);
  const box = $(`file-${id}`);
  const take = doing(async (files) => {
    if (files.length) await taken(await Promise.all(Array.from(files).map(bytesOf)));
  });
  box.addEventListener("change", async () => {
    await take(box.files);
    box.value = "";
  });
  if (!zone) return;
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    zone.classList.remove("over");
    take(event.dataTransfer.files);
  });
}

// Says at a place to drop files which one lies there.
function markTaken(id, file) {
  $(`drop-${id}`).classList.toggle("taken", Boolean(file));
  $(`drop-${id}`).querySelector("output").textContent = file ? `已放入：${file.name}` : "";
}

// ---- tabs ---------------------------------------------------------------------------------

const tabs = all("nav [role=tab]");

function show(name) {
  const left = document.activeElement.closest("main > section");
  for (const tab of tabs) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
  }
  for (const section of all("main > section")) section.hidden = section.id !== name;
  // Who was at a control of the view that goes stands at the tab of the one that comes.
  if (left && left.id !== name) $(`tab-${name}`).focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("shown", { detail: name }));
}

function listenToTabs() {
  for (const tab of tabs) tab.addEventListener("click", () => show(tab.id.slice(4)));
  document.querySelector("nav").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    show(next.id.slice(4));
  });
}
