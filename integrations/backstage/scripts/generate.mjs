// Generates src/generated from what the rest of the repository has: the types of the answers from openapi.json, and
// the words, units and formats of the page, so that a number reads the same here and there.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';

const plugin = fileURLToPath(new URL('..', import.meta.url));
const generated = join(plugin, 'src', 'generated');
const page = join(plugin, '..', '..', 'api', 'src', 'main', 'resources', 'web', 'js');

mkdirSync(generated, { recursive: true });
for (const module of ['format.js', 'metrics.js', 'rules.js']) {
  copyFileSync(join(page, module), join(generated, module));
}
const document = JSON.parse(readFileSync(join(plugin, 'openapi.json'), 'utf8'));
writeFileSync(join(generated, 'openapi.ts'), astToString(await openapiTypescript(document)));
