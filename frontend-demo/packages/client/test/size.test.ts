// @vitest-environment node
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';

async function gzipped(entry: string): Promise<number> {
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    root: new URL('..', import.meta.url).pathname,
    oxc: { jsx: { development: false } },
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entry, external: /^react/, preserveEntrySignatures: 'strict' },
    },
  })) as Rolldown.RolldownOutput;
  return gzipSync(built.output[0].code, { level: 9 }).length;
}

test('the package stays under three kilobytes', async () => {
  const sizes = { core: await gzipped('test/core.ts'), coreAndReact: await gzipped('test/all.ts') };
  console.log(sizes);
  expect(sizes.core).toBeLessThan(2600);
  expect(sizes.coreAndReact).toBeLessThan(3072);
});
