// Writes openapi.json: npm run openapi -- http://localhost:8080
// It is what a running Dorado says of the operations that the plugin asks for. A test of the module api compares both.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PATHS = ['summary', 'deployments', 'incidents', 'services', 'teams'].map(name => `/api/v1/${name}`);

const [url] = process.argv.slice(2);
if (!url) {
  console.error('The address of a running Dorado is missing: npm run openapi -- http://localhost:8080');
  process.exit(2);
}
const { openapi, info, paths, components } = await (await fetch(new URL('/openapi.json', url))).json();
const document = {
  openapi,
  info,
  paths: Object.fromEntries(PATHS.map(path => [path, { get: paths[path].get }])),
  components: { schemas: { Problem: components.schemas.Problem } },
};
// In the order of their names: Dorado's order may differ from start to start.
const sorted = (key, value) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
writeFileSync(
  fileURLToPath(new URL('../openapi.json', import.meta.url)),
  `${JSON.stringify(document, sorted, 1)}\n`,
);
