// Verifying a received workbook: the verdict first, then every cell that was changed.

const received = { book: null, given: null };
const MOST_SHOWN = 300;

function listenToCheck() {
  dropPlace("check", async ([file]) => {
    received.book = file;
    await check();
  });
  dropPlace("given", async ([file]) => {
    received.given = file;
    if (received.book) await check();
    else say("已放入原输入；请再放入收到的正式工作簿。");
  });
}

async function check() {
  const { book, given } = received;
  markTaken("check", book);
  markTaken("given", given);
  const began = performance.now();
  let found;
  try {
    found = await ask("check", book.name, book.bytes, given ? given.name : "", given ? given.bytes : new Uint8Array());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    $("verdict").innerHTML = `<p class="verdict error">不能核验</p>${refusal(error.problems, "这个文件不能核验")}`;
    say(`${book.name} 不能核验。`, true);
    return;
  }
  $("verdict").innerHTML = verdict(found);
  say(`${book.name}：核验完毕，用时 ${seconds(performance.now() - began)}`);
}

function verdict(found) {
  const parts = [`<p class="verdict ${found.consistent ? "good" : "error"}">${escaped(found.verdict)}</p>`];
  const tell = (text, tone) => parts.push(`<p class="${tone || ""}">${escaped(text)}</p>`);
  if (found.broken.length) {
    tell("数据或方案被改动：所附的数据和方案已不能重新计算。", "error");
    parts.push(refusal(found.broken, "所附的数据和方案中的错误"));
  } else {
    tell(`${found.name}：已由所附数据和方案重新计算，核对 ${found.sheets} 张表、${found.cells.toLocaleString("zh-CN")} 格。`);
  }
  if (found.data_changed && !found.broken.length) tell("数据或方案被改动：所附的数据和方案与说明上的指纹不符，各表不是由它们算出的。", "error");
  if (found.written_by) tell(`本工作簿由 ${found.written_by} 版程序写出，现用本网页的版本重算，表格样式可能不同。`);
  if (found.given) tell(givenWords(found.given), found.given.table && found.given.scheme ? "good" : "error");
  const causes = found.differences.filter((d) => !d.follows);
  const follow = found.differences.filter((d) => d.follows);
  parts.push(differenceList(`有 ${causes.length} 处与应有的不同，或不能证明相同`, causes));
  parts.push(differenceList(`另有 ${follow.length} 格公式没有改动，数值可能是随上面各格变的`, follow));
  parts.push(differenceList("不影响金额的改动", found.dressed.map((text) => ({ text }))));
  parts.push(differenceList("以下由报送单位填写，未核验", found.told.map((text) => ({ text }))));
  parts.push(`<p class="note">本文件的 SHA-256：${found.sha256}</p>`);
  return parts.join("");
}


function differenceList(title, list) {
  if (!list.length) return "";
  const items = list.slice(0, MOST_SHOWN).map((d) => `<li>${escaped(d.text)}</li>`).join("");
  const rest = list.length > MOST_SHOWN ? `<p class="note">其余 ${list.length - MOST_SHOWN} 处从略。</p>` : "";
  return `<h3>${escaped(title)}</h3><ol>${items}</ol>${rest}`;
}

function givenWords({ table, scheme, file, told }) {
  if (table && scheme && !told) return "原输入：数据和方案就是所用的，但数据来源或读取提醒与说明所列不同。";
  if (table && scheme) {
    return file ? "原输入：就是所用的输入（内容和文件都相同）。" : "原输入：内容与所用的相同，但文件指纹与说明所列的不符（可能另存过或换了格式）。";
  }
  const wrong = [table ? "" : "数据", scheme ? "" : "方案"].filter(Boolean).join("和");
  return `原输入：不是所用的输入，${wrong}不同。`;
}
