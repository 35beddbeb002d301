// The licences of npm's packages.
import { readFile, readdir } from "node:fs/promises";
import { basename } from "node:path";

/**
 * { name, version, licence, text } of a package; where that holds no text of its licence,
 * publishing/licences does.
 */
export async function licenceOf(name) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(
    await readFile(`${folder}/package.json`, "utf8"),
  );
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const path = file
    ? `${folder}/${file}`
    : `publishing/licences/${basename(name)}.txt`;
  const text = await readFile(path, "utf8");
  return { name, version, licence: license, text };
}
