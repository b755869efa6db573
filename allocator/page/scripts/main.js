// Starting: every view listens, then Python starts.

async function startPage() {
  listenToTabs();
  listenToInput();
  listenToResult();
  listenToTrial();
  listenToBest();
  listenToCheck();
  listenToDiffer();
  $("stop").addEventListener("click", doing(stopWork));
  $("get-report").addEventListener("click", report);
  const about = await startWorker();
  desk.version = about.version;
  $("get-letters").hidden = !about.letters;
  $("no-letters").hidden = about.letters;
  for (const id of ["use-sample", "get-template"]) $(id).disabled = false;
  say(`就绪（${seconds(performance.getEntriesByName("ready")[0].duration)}）。请放入输入工作簿。`);
}

if (!window.tooOld) doing(startPage)();
