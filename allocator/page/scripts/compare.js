// Two inputs or results: what changed and what each cause did.

const pair = { old: null, new: null };

function listenToDiffer() {
  for (const side of ["old", "new"]) {
    dropPlace(side, async ([file]) => {
      pair[side] = file;
      await differ();
    });
  }
  $("new-is-open").addEventListener("click", doing(async () => {
    pair.new = { name: open.input.name, bytes: open.input.bytes };
    await differ();
  }));
  $("get-differences").addEventListener("click", doing(async () => {
    const stem = pair.new.name.replace(/\.[^.]*$/, "");
    await download(`${stem}-调整对照.xlsx`, "differences", pair.old.name, pair.old.bytes, pair.new.name, pair.new.bytes);
  }));
}

async function differ() {
  for (const side of ["old", "new"]) markTaken(side, pair[side]);
  if (!pair.old || !pair.new) {
    say(`已放入${pair.old ? "原来的" : "新的"}一份；请再放入另一份。`);
    return;
  }
  $("get-differences").hidden = true;
  $("differences").innerHTML = "";
  let found;
  try {
    found = await ask("differ", pair.old.name, pair.old.bytes, pair.new.name, pair.new.bytes, open.unit);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    $("differences").innerHTML = problemTable(error.problems);
    say("两份中有不能读入的，没有比较。", true);
    return;
  }
  if (!found.tables.length) {
    $("differences").innerHTML = '<p class="verdict good">没有变动</p><p>两份的数据和方案相同，金额没有变动。</p>';
    say("比较完毕：没有变动。");
    return;
  }
  $("get-differences").hidden = false;
  showTables($("differences"), found.tables);
  say(`比较完毕：${pair.old.name} → ${pair.new.name}`);
}
