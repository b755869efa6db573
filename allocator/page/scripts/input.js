// Opening an input: its mistakes at their cells, its doubts to confirm, or the result.

async function openInput(files) {
  const rules = files.find((file) => /\.toml$/i.test(file.name));
  const table = files.find((file) => file !== rules);
  if (!table) {
    say("只放入了方案文件。请同时放入数据表（.xlsx 或 .csv）。", true);
    return;
  }
  await openTable({ name: table.name, bytes: table.bytes, rulesName: rules ? rules.name : "", rules: rules ? rules.bytes : new Uint8Array() });
}

async function openTable(input) {
  const lost = open.saved.length && !window.confirm("放入新的输入后，记下的试算不再适用，将被清除。要继续吗？");
  if (lost) return;
  performance.mark("opening");
  markTaken("input", { name: input.rulesName ? `${input.name}，方案 ${input.rulesName}` : input.name });
  Object.assign(open, { input, facts: null, which: "", settings: null, saved: [] });
  $("work").classList.remove("open", "trial-shown");
  $("get-marked").hidden = true;
  for (const part of all(".signed")) part.hidden = !input.signed;
  $("new-is-open").disabled = true;
  const isNewest = () => open.input === input; // else another was put in while this was read
  try {
    const facts = await ask("open_input", input.name, input.bytes, input.rulesName, input.rules);
    if (!isNewest()) return;
    open.facts = facts;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (!isNewest()) return;
    open.problems = error.problems;
    $("problems").innerHTML = problemTable(error.problems, "", true);
    $("get-marked").hidden = false;
    show("input");
    say(`${input.name} ${counted(error.problems)}，没有计算。`, true);
    return;
  }
  const { warnings } = open.facts;
  $("problems").innerHTML = warnings.length ? problemTable(warnings) : '<p class="good">读入没有错误，也没有提醒。</p>';
  $("get-marked").hidden = !warnings.length;
  $("new-is-open").disabled = false;
  $("work").classList.add("open");
  await showResult();
  show("result");
  const { duration } = performance.measure("opened", "opening");
  startTrial();
  countDoubts();
  say(`${input.name}：读入并计算完毕，用时 ${seconds(duration)}`);
}

// Doubts that somebody has looked at: the input goes on as a copy that says who and why.
async function signDoubts() {
  const rows = all("#problems .sign-row");
  const left = rows.filter((row) => !row.querySelector(".sign").checked);
  const by = $("sign-by").value.trim();
  if (left.length || !by) {
    const todo = left.length ? `还有 ${left.length} 处存疑没有勾选“已核对”。` : "请填写核对人的姓名。";
    (left.length ? left[0].querySelector(".sign") : $("sign-by")).focus();
    say(todo, true);
    return;
  }
  const lines = rows.map((row) => {
    const { sheet, cell, value, doubt } = open.problems[row.dataset.row];
    return { sheet, cell, value, doubt, note: row.querySelector(".sign-note").value.trim() };
  });
  const { input } = open;
  const bytes = await ask("signed", JSON.stringify({ by, lines }));
  const stem = input.name.replace(/\.[^.]*$/, "").replace(/-已核对$/, "");
  await openTable({ ...input, name: `${stem}-已核对.xlsx`, bytes, signed: true });
}

function countDoubts() {
  const boxes = all("#problems .doubt");
  const left = boxes.filter((box) => !box.checked).length;
  $("doubts-left").textContent = !boxes.length ? ""
    : left ? `读入时有 ${boxes.length} 处提醒，其中 ${left} 处未核对（见“打开”）。` : `${boxes.length} 处提醒已全部核对。`;
}

function listenToInput() {
  dropPlace("input", openInput);
  $("use-sample").addEventListener("click", doing(async () => {
    await openInput([{ name: "dongguan-2020.xlsx", bytes: await unpacked("sample") }]);
  }));
  $("get-template").addEventListener("click", doing(() => download("输入模板.xlsx", "template")));
  $("get-marked").addEventListener("click", doing(async () => {
    const stem = open.input.name.replace(/\.[^.]*$/, "");
    await download(`${stem}-标注.xlsx`, "marked");
  }));
  $("problems").addEventListener("change", countDoubts);
  $("problems").addEventListener("click", doing(async ({ target }) => {
    if (target.id === "sign-doubts") await signDoubts();
  }));
  for (const button of all(".get-signed")) {
    button.addEventListener("click", () => save(open.input.name, open.input.bytes));
  }
  // A file dropped beside the place for it must not replace the page.
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => event.preventDefault());
  window.addEventListener("beforeunload", (event) => {
    if (!open.input) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
