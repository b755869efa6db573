// node firefox.mjs FIREFOX PAGE OUT: the sample in Firefox, its workbook to OUT, what was said to
// standard output. Beside the folder node_modules with puppeteer-core.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [firefox, path, out] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(180_000);
  page.on("pageerror", (error) => console.log(`ERROR ${error.message}`));
  await page.goto(pathToFileURL(path).href);
  const settled = () => page.waitForSelector("body:not([data-busy])");
  const said = () => page.$eval("#state", (state) => state.textContent);
  await settled();
  console.log(await said());
  await page.click("#use-sample");
  await settled();
  console.log(await said());
  // What is to be downloaded is looked at in the page: no folder to wait for.
  await page.evaluate(() => {
    const address = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      window.made = blob;
      return address.call(URL, blob);
    };
  });
  await page.click("#get-official");
  await settled();
  console.log(await said());
  const text = await page.evaluate(async () => {
    const bytes = new Uint8Array(await window.made.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
  writeFileSync(out, Buffer.from(text, "base64"));
} finally {
  await browser.close();
}
