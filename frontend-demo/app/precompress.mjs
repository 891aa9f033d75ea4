// Lays a .gz and a .br file beside every text file of the build, so that nobody has to compress while somebody waits.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TEXT = /\.(html|js|css|svg|json|txt|webmanifest)$/;
const WORTH_IT = 512; // bytes; below, the header fields cost more than is saved
const dist = fileURLToPath(new URL('dist', import.meta.url));

for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TEXT.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const content = await readFile(file);
  if (content.length < WORTH_IT) continue;
  const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  for (const [ending, packed] of [['gz', gzipSync(content, { level: 9 })], ['br', brotliCompressSync(content, brotli)]]) {
    if (packed.length < content.length) await writeFile(`${file}.${ending}`, packed);
  }
}
